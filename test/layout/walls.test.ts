import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { againstRanks } from "../../scripts/layout/against-ranks.ts";
import { pythonCircles } from "../../scripts/layout/python-circles.ts";
import { ranks } from "../../scripts/layout/ranks.ts";

const root = resolve(import.meta.dirname, "../..");

/** The file, its import, and the line of it. */
type Planted = readonly [file: string, specifier: string, line: string];

const imported = (file: string, specifier: string): Planted => [file, specifier, `import "${specifier}";`];

/** Where a bad import is planted, and what is imported. */
const refused: readonly Planted[] = [
  imported("core/guard/gate.ts", "#aws/error"),
  imported("core/guard/gate.ts", "../../aws/error.ts"),
  imported("core/guard/gate.ts", "@aws-sdk/client-s3"),
  imported("core/guard/gate.ts", "node:crypto"),
  imported("core/names.ts", "../sandbox/sandbox.ts"),
  imported("core/names.ts", "aws-cdk-lib/aws-s3"),
  imported("core/decide/object/ask.ts", "../facts.ts"),
  ["core/fact.ts", "#aws/error as a type", 'import type { E } from "#aws/error";'],
  ["core/fact.ts", "#aws/error, passed on", 'export * from "#aws/error";'],
  ["core/fact.ts", "#aws/error, when it runs", 'export const e = await import("#aws/error");'],
  imported("aws/s3/bucket-tags.ts", "../../functions/bucket/ports.ts"),
  imported("aws/s3/bucket-tags.ts", "../../cli/error.ts"),
  imported("aws/s3/bucket-tags.ts", "../../sandbox/seed.ts"),
  imported("aws/error.ts", "@aws-lambda-powertools/logger"),
  imported("aws/error.ts", "node:fs/promises"),
  imported("functions/bucket.ts", "./object.ts"),
  imported("functions/bucket.ts", "../cli/error.ts"),
  imported("functions/bucket.ts", "../stacks/hub.ts"),
  imported("functions/bucket.ts", "aws-cdk-lib"),
  imported("functions/bucket/ports.ts", "../object.ts"),
  imported("functions/bucket/ports.ts", "../../cli/error.ts"),
  imported("functions/bucket/ports.ts", "../../sandbox/seed.ts"),
  imported("functions/bucket/ports.ts", "citty"),
  imported("stacks/hub.ts", "#core/decide/decide"),
  imported("stacks/hub.ts", "#aws/s3/bucket-tags"),
  imported("stacks/hub.ts", "../functions/object.ts"),
  imported("stacks/hub.ts", "@aws-sdk/client-s3"),
  imported("stacks/parts/lambda.ts", "#core/decide/decide"),
  imported("stacks/parts/lambda.ts", "../../functions/bucket.ts"),
  imported("stacks/parts/lambda.ts", "../../sandbox/seed.ts"),
  imported("cli/main.ts", "../functions/bucket.ts"),
  imported("cli/main.ts", "../sandbox/seed.ts"),
  imported("cli/main.ts", "sst/constructs"),
  imported("cli/commands/plan.ts", "./apply.ts"),
  imported("cli/commands/plan.ts", "../../stacks/hub.ts"),
  imported("cli/commands/plan.ts", "aws-cdk-lib/aws-s3"),
  imported("cli/buckets/pool.ts", "../commands/apply.ts"),
  imported("cli/buckets/pool.ts", "../../functions/queue/pool.ts"),
  imported("cli/buckets/pool.ts", "@middy/core"),
  imported("report/html.ts", "../functions/bucket.ts"),
  imported("report/html.ts", "../sandbox/seed.ts"),
  imported("report/html.ts", "@aws-sdk/client-s3"),
  imported("sandbox/deploy.ts", "../functions/bucket.ts"),
  imported("sandbox/deploy.ts", "../stacks/hub.ts"),
  imported("sandbox/demo/demo.ts", "../../test/support/local-aws/clients.ts"),
  imported("scripts/docs.ts", "../test/events/object.ts"),
  imported("scripts/docs/help.ts", "../../sandbox/seed.ts"),
];

/** One import of each kind that a room needs. */
const allowed: readonly Planted[] = [
  imported("core/guard/guard.ts", "./hazard.ts"),
  imported("core/guard/guard.ts", "#core/reason/reason"),
  imported("core/guard/guard.ts", "zod"),
  imported("aws/s3/object-head.ts", "#aws/error"),
  imported("aws/s3/object-head.ts", "#core/fact"),
  imported("aws/s3/object-head.ts", "@aws-sdk/client-s3"),
  imported("functions/policy.ts", "./policy/change.ts"),
  imported("functions/policy.ts", "@aws-lambda-powertools/logger/middleware"),
  imported("functions/policy/stream.ts", "../queue/pool.ts"),
  imported("functions/policy/stream.ts", "node:timers/promises"),
  imported("stacks/trail.ts", "aws-cdk-lib/aws-s3"),
  imported("stacks/watch/alerts.ts", "#aws/sns/permissions"),
  imported("stacks/watch/alerts.ts", "#core/event/calls"),
  imported("cli/root.ts", "./commands/plan.ts"),
  imported("cli/commands/check.ts", "../line/command.ts"),
  imported("cli/stage/stage.ts", "@aws-sdk/client-ssm"),
  imported("report/csv.ts", "#aws/ledger/bucket-state"),
  imported("sandbox/seed.ts", "#aws/error"),
];

interface Finding {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

let scratch: string;
let findings: readonly Finding[];
/** The planted imports of each file, in the order of its lines. */
const planted = Map.groupBy([...refused, ...allowed], ([file]) => file);

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "bucketseal-walls-"));
  for (const file of ["biome.json", "package.json", ".gitignore"]) cpSync(join(root, file), join(scratch, file));
  for (const [file, lines] of planted) plant(file, lines.map(([, , line]) => line).join("\n"));
  plant("core/key/a.ts", 'import type { B } from "#core/key/b";\nexport type A = B | null;');
  plant("core/key/b.ts", 'import type { A } from "./a.ts";\nexport type B = { a: A };');
  plant("bench/one.ts", 'import { two } from "./two.ts";\nexport const one = () => two;');
  plant("bench/two.ts", 'import { three } from "./three.ts";\nexport const two = () => three;');
  plant("bench/three.ts", 'import { one } from "./one.ts";\nexport const three = () => one;');
  const biome = spawnSync(
    join(root, "node_modules/.bin/biome"),
    ["lint", "--reporter=json", "--max-diagnostics=none", "."],
    { cwd: scratch, encoding: "utf8", maxBuffer: 1 << 26 },
  );
  findings = (JSON.parse(biome.stdout) as { diagnostics: Finding[] }).diagnostics;
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("Biome, in a scratch copy with bad imports planted,", () => {
  test.each(refused)("refuses that %s imports %s", (file, _, line) => {
    expect(isRefused(file, line)).toBe(true);
  });

  test.each(allowed)("lets %s import %s", (file, _, line) => {
    expect(isRefused(file, line)).toBe(false);
  });

  test("refuses a circle in every file of it, one of types included", () => {
    const circles = findings.filter(({ category }) => category === "lint/suspicious/noImportCycles");
    expect(circles.map(({ location }) => location.path).sort()).toEqual([
      "bench/one.ts",
      "bench/three.ts",
      "bench/two.ts",
      "core/key/a.ts",
      "core/key/b.ts",
    ]);
  });
});

test("the check of ranks refuses every import of the same or a higher rank, and no other", () => {
  const tree = mkdtempSync(join(scratch, "ranks-"));
  const folders = ranks.flatMap((same, index) => same.map((folder) => ({ folder, rank: index + 1 })));
  const expected: string[] = [];
  for (const from of folders) {
    const others = folders.filter(({ folder }) => folder !== from.folder);
    const file = posix.join("core", from.folder, "x.ts");
    const lines = others.map(({ folder }) => `import type { X } from "#${posix.join("core", folder, "x")}";`);
    plant(file, lines.join("\n"), tree);
    for (const { folder, rank } of others)
      if (rank >= from.rank) expected.push(`${file} imports ${posix.join("core", folder, "x.ts")}`);
  }
  expect(againstRanks(tree).sort()).toEqual(expected.sort());
});

test("the check of ranks reads every spelling of an import", () => {
  const tree = mkdtempSync(join(scratch, "spellings-"));
  const spellings = [
    'import "#core/bucket/x";',
    'import {\n  a,\n  type B,\n} from "#core/bucket/x";',
    'export * from "#core/bucket/x";',
    'export type { B } from "../bucket/x.ts";',
    'const x = await import("#core/bucket/x");',
    'type X = import("#core/bucket/x").X;',
  ];
  plant("core/key/x.ts", spellings.join("\n"), tree);
  expect(againstRanks(tree)).toEqual(spellings.map(() => "core/key/x.ts imports core/bucket/x.ts"));
});

test("the check of the Python wrapper refuses a circle, one hidden in a function included", () => {
  const tree = mkdtempSync(join(scratch, "python-"));
  plant("a.py", "from .s3.b import b", tree);
  plant("s3/b.py", "def b():\n    from ..c import (\n        c,\n    )\n", tree);
  plant("c.py", "from . import d, a", tree);
  plant("d.py", "import os", tree);
  expect(pythonCircles(tree)).toEqual(["a.py > s3/b.py > c.py > a.py"]);
});

// --- internal ---

function plant(file: string, text: string, tree = scratch): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), `${text}\n`);
}

function isRefused(file: string, line: string): boolean {
  const number = (planted.get(file) ?? []).findIndex(([, , each]) => each === line) + 1;
  return findings.some(
    ({ category, location }) =>
      category === "lint/style/noRestrictedImports" && location.path === file && location.start.line === number,
  );
}
