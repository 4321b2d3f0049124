import { readFileSync } from "node:fs";
import { runStages, type Step } from "./stages.ts";

/**
 * `npm run test:aws`: the conformance tests against your account. It begins with what only an
 * account can settle, and ends with the answers as a table to paste into an issue.
 */
process.on("exit", () => {
  try {
    process.stdout.write(`\nPaste this into an issue, please:\n\n${readFileSync("reports/doubts.txt", "utf8")}`);
  } catch {
    process.stdout.write("\nNo question was answered: see above.\n");
  }
});
if (process.env.BUCKETSEAL_TEST_TRAIL !== "1") {
  process.stdout.write("Records are not tested: BUCKETSEAL_TEST_TRAIL=1 says that a trail logs S3's data events.\n");
}
await runStages([
  [step("what only an account can settle", "test/conformance/doubts.test.ts")],
  [step("conformance", "test/conformance", "--exclude", "test/conformance/doubts.test.ts")],
]);

// --- internal ---

function step(name: string, ...args: string[]): Step {
  const env = { BUCKETSEAL_TEST_AWS: "1" };
  return { name, command: "vitest", args: ["run", "--project", "conformance", ...args], env };
}
