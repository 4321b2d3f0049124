import { CliError } from "../error.ts";
import { answerTo } from "./answer-to.ts";
import type { Output } from "./output.ts";

/**
 * Asks a yes/no question on the terminal; only `y` and `yes` mean yes. `--yes` skips the question.
 * @param interrupted - what Ctrl-C does instead of ending the command; then the answer is no
 * @throws CliError if there is neither `--yes` nor a terminal
 */
export async function confirm(question: string, yes: boolean, out: Output, interrupted?: () => void): Promise<boolean> {
  if (yes) return true;
  if (!out.interactive) {
    throw new CliError("nothing was changed: there is no terminal to confirm on; use --yes", {
      code: "not-confirmed",
    });
  }
  return /^y(es)?$/i.test(await answerTo(`${question} [y/N] `, interrupted));
}
