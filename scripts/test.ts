import { runStages, type Step } from "./stages.ts";

const MIDDLE = ["stacks", "aws", "cli", "docs", "conformance"];
const END_TO_END = ["e2e", "e2e-race", "e2e-alone", "e2e-chaos", "e2e-after"];

/**
 * `npm test`: every check and every layer of tests. The end-to-end tests take the longest and
 * mostly wait, so the layers in the middle run beside them and yield to them.
 */
await runStages([
  [step("Biome", "biome", "check", ".")],
  [step("TypeScript", "tsc", "-p", ".")],
  [step("dead code", "knip", "--no-config-hints")],
  [step("dead code, tests aside", "knip", "--no-config-hints", "--production", "--files")],
  [step("bundles", "node", "scripts/build-functions.ts")],
  [step("core, with coverage", "vitest", "run", "--project", "core", "--coverage")],
  [
    { ...tests("stacks, functions, AWS, CLI, docs, conformance", MIDDLE), yields: true },
    tests("end to end", END_TO_END),
  ],
]);

// --- internal ---

function step(name: string, command: string, ...args: string[]): Step {
  return { name, command, args };
}

function tests(name: string, projects: readonly string[]): Step {
  return step(name, "vitest", "run", ...projects.flatMap((project) => ["--project", project]));
}
