import { globSync, readFileSync } from "node:fs";
import { runStages, type Step } from "./stages.ts";

/**
 * `npm run test:soak`: every test file that is short in `npm test`, at its full length. The storm
 * has a sandbox of its own: services are away in it, and it is looked at as a whole.
 */
const ALONE = /^test\/chaos\//;
const files = globSync("test/**/*.test.ts").filter((file) => readFileSync(file, "utf8").includes("support/soak.ts"));

await runStages([
  [step("soak", (file) => !ALONE.test(file))],
  [step("soak, in a sandbox of its own", (file) => ALONE.test(file))],
]);

// --- internal ---

function step(name: string, passes: (file: string) => boolean): Step {
  return { name, command: "vitest", args: ["run", ...files.filter(passes).sort()], env: { BUCKETSEAL_SOAK: "1" } };
}
