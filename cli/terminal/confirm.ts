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
  // Ctrl-D closes the terminal's input without an answer, which is no yes.
  const closed = new Promise<string>((resolve) => asked.once("close", () => resolve("")));
  try {
    const answer = await Promise.race([asked.question(`${question} [y/N] `).catch(() => ""), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asked.close();
  }
}
