import { CliError } from "../error.ts";
import type { ExitCode } from "../line/command.ts";
import { explainError } from "../line/explain-error.ts";
import { type Answer, notKnown } from "./answer.ts";
import type { Check } from "./check.ts";
import type { Ward } from "./ward.ts";

/** An answer with its check's name. */
export interface Examined extends Answer {
  readonly check: string;
}

/** Runs every check. One that fails is unknown: it never stops the others, and is never ok. */
export async function examine(ward: Ward, all: readonly Check[]): Promise<readonly Examined[]> {
  const found = await Promise.all(
    all.map(async ({ name, look }) => {
      const answers = await look(ward).catch((error: unknown) => [failed(error)]);
      return answers.map((answer) => ({ check: name, ...answer }));
    }),
  );
  return found.flat();
}

/** As `plan`: unknown outweighs findings, so that 0 and 2 mean that everything was looked at. */
export function exitOfExamined(examined: readonly Answer[]): ExitCode {
  if (examined.some(({ answer }) => answer === "unknown")) return 1;
  return examined.some(({ answer }) => answer === "finding") ? 2 : 0;
}

// --- internal ---

function failed(error: unknown): Answer {
  const { message } = explainError(error);
  const fix = error instanceof CliError ? "see above: it says what to do" : "allow the call, or try again";
  return notKnown(message, fix);
}
