import { spawnSync } from "node:child_process";

/** `npm test`: every check and every layer of tests, one after the other; the first that fails ends it. */
const steps: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ["Biome", "biome", ["check", "."]],
  ["TypeScript", "tsc", ["-p", "."]],
  ["dead code", "knip", ["--no-config-hints"]],
  ["dead code, tests aside", "knip", ["--no-config-hints", "--production", "--files"]],
  ["bundles", "node", ["scripts/build-functions.ts"]],
  ["core, with coverage", "vitest", ["run", "--project", "core", "--coverage"]],
  [
    "stacks, functions, AWS, CLI, docs, conformance",
    "vitest",
    ["run", ...projects("stacks", "aws", "cli", "docs", "conformance")],
  ],
  ["end to end", "vitest", ["run", ...projects("e2e", "e2e-race", "e2e-alone", "e2e-after")]],
];

for (const [name, command, args] of steps) {
  const started = performance.now();
  process.stdout.write(`\n== ${name}\n`);
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (error !== undefined) throw error;
  process.stdout.write(`== ${name}: ${Math.round((performance.now() - started) / 1000)} s\n`);
  if (status !== 0) process.exit(status ?? 1);
}

function projects(...names: string[]): string[] {
  return names.flatMap((name) => ["--project", name]);
}
