import { readFile } from "node:fs/promises";
import type { LoggedCall } from "./local-aws.ts";

/**
 * The calls of a call log, oldest first, but for a line that is still being written.
 * @param mention - only those whose line has this text, which saves parsing all the others
 */
export async function readCalls(callLog: string, mention = ""): Promise<LoggedCall[]> {
  const lines = (await readFile(callLog, "utf8")).split("\n");
  return lines
    .filter((line) => line.endsWith("}") && line.includes(mention))
    .map((line) => JSON.parse(line) as LoggedCall);
}
