import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { sentenceOf, sources } from "../../scripts/docs/source-map.ts";
import { againstRanks } from "../../scripts/layout/against-ranks.ts";
import { folders } from "../../scripts/layout/folders.ts";
import { pythonCircles } from "../../scripts/layout/python-circles.ts";
import { ranks } from "../../scripts/layout/ranks.ts";

const root = resolve(import.meta.dirname, "../..");

test("no import inside core/ runs against the ranks", () => {
  expect(againstRanks(root)).toEqual([]);
});

test("every folder of core/ has a rank", () => {
  const folders = globSync("core/*/", { cwd: root }).map((folder) => folder.replace(/^core\//, ""));
  expect(folders.sort()).toEqual(
    ranks
      .flat()
      .filter((folder) => folder !== ".")
      .sort(),
  );
});

test("the Python wrapper has no import circle", () => {
  expect(pythonCircles(join(root, "sandbox/local_aws"))).toEqual([]);
});

/** Folders that are read as a list, each entry by itself: commands, checks, scenarios. */
const lists = ["bench", "cli/commands", "cli/doctor", "test/conformance", "test/e2e"];

test("no folder but a list holds more than twenty files", () => {
  const files = globSync("{aws,bench,cli,core,functions,sandbox,scripts,stacks,test}/**/*.{ts,py}", { cwd: root });
  const overfull = [...Map.groupBy(files, dirname)]
    .filter(([folder, inside]) => inside.length > 20 && !lists.includes(folder))
    .map(([folder, inside]) => `${folder}: ${inside.length}`);
  expect(overfull).toEqual([]);
});

test("every folder of sources has a sentence, and every sentence a folder", () => {
  const found = new Set(sources().map((path) => dirname(path)));
  expect(Object.keys(folders).sort()).toEqual([...found].sort());
});

test("every source file says what it is, in a first sentence", () => {
  expect(sources().filter((path) => sentenceOf(path) === null)).toEqual([]);
});

test("no line of a comment is longer than 100 columns, but an address or a table", () => {
  const files = globSync("{aws,bench,cli,core,functions,sandbox,scripts,stacks,test}/**/*.{ts,py}", { cwd: root });
  const found = files.flatMap((path) =>
    readFileSync(join(root, path), "utf8")
      .split("\n")
      .flatMap((line, at) =>
        line.length > 100 && COMMENT.test(line) && !KEPT.test(line) ? [`${path}:${at + 1}`] : [],
      ),
  );
  expect(found).toEqual([]);
});

test("core/ is pure: it has no clock, no chance, no environment, no console", () => {
  const impure =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\b|\bset(?:Timeout|Interval)\b|\bprocess\.|\bconsole\.|\bcrypto\./;
  const found = globSync("core/**/*.ts", { cwd: root }).filter((path) =>
    impure.test(withoutComments(readFileSync(join(root, path), "utf8"))),
  );
  expect(found).toEqual([]);
});

// --- internal ---

/** A line that is a comment and nothing else. */
const COMMENT = /^\s*(?:\/\/|\/\*\*|\*|#) /;
const KEPT = /https?:\/\/|\|.*\|/;

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
}
