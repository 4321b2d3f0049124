import { createInterface } from "node:readline/promises";
import { CliError } from "../error.ts";
import type { Output } from "./output.ts";

/**
 * Asks a yes/no question on the terminal; only `y` and `yes` mean yes. `--yes` skips the question.
 * @throws CliError if there is neither `--yes` nor a terminal
 */
export async function confirm(question: string, yes: boolean, out: Output): Promise<boolean> {
  if (yes) return true;
  if (!out.interactive) {
    throw new CliError("nothing was changed: there is no terminal to confirm on; use --yes", {
      code: "not-confirmed",
    });
  }
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  asked.on("SIGINT", () => process.exit(130));
  try {
    return /^y(es)?$/i.test((await asked.question(`${question} [y/N] `)).trim());
  } finally {
    asked.close();
  }
}
