import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/docs/pages.ts";
import { options } from "../../stacks/options.ts";
import { runCli, tempFile } from "../cli/run-cli.ts";
import { wordsOf } from "./command-line.ts";
import { blocksOf } from "./markdown.ts";

const page = readFileSync(join(root, "docs/organization.md"), "utf8");

/** Command lines of the page that need no AWS. */
const offline = blocksOf(page)
  .filter(({ language }) => language === "sh")
  .flatMap(({ body }) => body.split("\n"))
  .filter((line) => line.startsWith("bucketseal ") && line.includes("--file"));

test("examples/org.yaml is what a deployment takes, and what the page deploys", () => {
  const line = blocksOf(page).find(({ body }) => body.includes("BUCKETSEAL_ORG="))?.body ?? "";
  const [, file, region] = /BUCKETSEAL_ORG=(\S+) npm run deploy -- --stage prod --region (\S+)/.exec(line) ?? [];
  expect(options({ BUCKETSEAL_ORG: file })).toMatchObject({ org: { homeRegion: region, ous: expect.any(Array) } });
});

describe("the page's commands that need no AWS", () => {
  test("are some", () => {
    expect(offline.length).toBeGreaterThan(1);
  });

  test.each(offline)("work: %s", async (line) => {
    const { code, stdout, stderr } = await runCli(wordsOf(line).slice(1));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.length).toBeGreaterThan(1000);
  });
});

test("a commented field of examples/org.yaml is one that there is", async () => {
  const text = readFileSync(join(root, "examples/org.yaml"), "utf8");
  const whole = text.replace("  # directory:\n  #   - ", "  directory:\n    - ");
  expect(whole).not.toBe(text);
  expect(options({ BUCKETSEAL_ORG: await tempFile(whole, "org.yaml") }).org?.directory).toHaveLength(1);
});
