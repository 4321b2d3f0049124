import { createInterface } from "node:readline/promises";

/** Whether somebody can be asked: stdin and stderr are terminals. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks on the terminal and returns the answer; empty if there was none. Ctrl-C ends the command.
 * @param interrupted - what Ctrl-C does instead; then there was no answer
 */
export async function answerTo(question: string, interrupted = (): void => process.exit(130)): Promise<string> {
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  asked.on("SIGINT", () => {
    interrupted();
    asked.close();
  });
  // Ctrl-D closes the terminal's input without an answer.
  const closed = new Promise<string>((resolve) => asked.once("close", () => resolve("")));
  try {
    return (await Promise.race([asked.question(question).catch(() => ""), closed])).trim();
  } finally {
    asked.close();
  }
}
