import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pages } from "../../scripts/docs/pages.ts";
import { blocksOf } from "../docs/markdown.ts";
import { isSoak } from "../support/soak.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A line without what differs between runs: ids, times and durations. */
function normalized(line: string): string {
  return line
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, "ID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/\d+\.\d s\b/g, "SECONDS");
}

/** The lines of README.md's part of the demo. */
function quoted(): string[] {
  const { text = "" } = pages().find(({ path }) => path === "README.md") ?? {};
  const block = blocksOf(text).find(({ language, body }) => language === "text" && body.startsWith("ci creates"));
  return (block?.body ?? "").split("\n").filter((line) => line !== "");
}

test.runIf(isSoak)(
  "the demo ends well and prints what README.md quotes, in that order",
  { timeout: 300_000 },
  async () => {
    const demo = spawn(process.execPath, ["sandbox/demo/demo.ts"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    demo.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await once(demo, "close");
    const lines = printed.split("\n").map(normalized);
    const documented = quoted().map(normalized);
    expect(documented.length).toBeGreaterThan(10);
    expect(
      lines.filter((line) => documented.includes(line)).filter((line, at, all) => all.indexOf(line) === at),
    ).toEqual(documented.filter((line, at) => documented.indexOf(line) === at));
    expect(demo.exitCode).toBe(0);
  },
);
