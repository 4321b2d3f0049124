import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runStages, type Step } from "./stages.ts";

const MIDDLE = ["aws", "cli", "conformance"];
// The bundle of the CLI that the tests run.
const CLI = join(import.meta.dirname, "../dist/cli-tested");
// What the sandboxes leave for the tests that look back at all of them.
const EVIDENCE = await mkdtemp(join(tmpdir(), "bucketseal-evidence-"));
process.on("exit", () => rmSync(EVIDENCE, { recursive: true, force: true }));

/**
 * `npm test`: every check and every layer of tests. The end-to-end tests take the longest and
 * mostly wait, so they run in two sandboxes at once; the other layers run beside them, one after
 * the other, and yield to them.
 */
await runStages([
  [
    step("Biome", "biome", "check", "."),
    step("TypeScript", "tsc", "-p", "."),
    step("dead code", "knip", "--no-config-hints"),
    step("dead code, tests aside", "knip", "--no-config-hints", "--production", "--files"),
    step("bundles", "node", "scripts/build-functions.ts"),
    step("the CLI's bundle", "node", "scripts/build-cli.ts", CLI),
  ],
  [
    [
      yielding(step("core, with coverage", "vitest", "run", "--project", "core", "--coverage")),
      // They wait as much as they work.
      yielding(tests("functions, AWS, CLI, conformance", MIDDLE, "--maxWorkers=3")),
    ],
    tests("end to end", ["e2e", "e2e-race", "e2e-chaos"]),
    [tests("end to end, one at a time", ["e2e-alone"]), tests("stacks, docs", ["stacks", "docs"])],
  ],
  [tests("looking back", ["e2e-after"])],
]);

// --- internal ---

function step(name: string, command: string, ...args: string[]): Step {
  return { name, command, args };
}

function yielding(one: Step): Step {
  return { ...one, yields: true };
}

function tests(name: string, projects: readonly string[], ...more: readonly string[]): Step {
  const args = ["run", ...more, ...projects.flatMap((project) => ["--project", project])];
  return {
    name,
    command: "vitest",
    args,
    env: { BUCKETSEAL_CLI: join(CLI, "bucketseal.mjs"), BUCKETSEAL_EVIDENCE: EVIDENCE },
  };
}
