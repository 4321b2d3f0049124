import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pages, root } from "../../scripts/docs/pages.ts";
import { wordsOf } from "./command-line.ts";
import { blocksOf } from "./markdown.ts";
import { type Scene, scene } from "./scene.ts";

/**
 * Every `console` block is a real session: each line that begins with `$ ` is run, in the order of
 * the page, in an account made for the page (`scene.ts`). Ids, times and hashes are not compared.
 * `DOCS_UPDATE=1` writes the real output into the page instead.
 */
const update = process.env.DOCS_UPDATE === "1";
const sessions = pages().flatMap(({ path, text }) => {
  const blocks = blocksOf(text).filter(({ language }) => language === "console");
  return blocks.length === 0 ? [] : [{ path, blocks }];
});

test("the pages show sessions to replay", () => {
  expect(sessions.map(({ path }) => path)).toContain("README.md");
});

describe.each(sessions)("$path", ({ path, blocks }) => {
  const stage = scene();

  test.each(blocks)("shows in line $line what its session really prints", async ({ body }) => {
    const shown = await replay(stage, body);
    if (update) rewrite(path, body, shown);
    else expect(withoutIds(shown)).toBe(withoutIds(body));
  });
});

async function replay(stage: Scene, body: string): Promise<string> {
  const shown: string[] = [];
  let last: number | null = 0;
  for (const line of body.split("\n").filter((each) => each.startsWith("$ "))) {
    const [program = "", ...args] = wordsOf(line.slice(2));
    shown.push(line);
    if (program === "echo") {
      shown.push(String(last));
      continue;
    }
    const { code, stdout, stderr } = await stage.run(program, args);
    last = code;
    shown.push(...`${stdout}${stderr}`.trimEnd().split("\n"));
  }
  return shown.filter((line, at) => line !== "" || at > 0).join("\n");
}

/** Ids, times and hashes differ from run to run. */
function withoutIds(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/\b[0-9a-f]{12}\b/g, "HASH")
    .replaceAll(/[ \t]+$/gm, "");
}

function rewrite(path: string, before: string, after: string): void {
  const file = join(root, path);
  const key = "1234abcd-12ab-34cd-56ef-1234567890ab";
  const stable = after.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, key);
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(before, () => stable),
  );
}
