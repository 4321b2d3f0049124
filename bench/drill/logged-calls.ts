import { readFile } from "node:fs/promises";
import type { LoggedCall } from "../../test/support/local-aws/local-aws.ts";

/**
 * Follows a call log: each call returns the AWS calls since the last time, but for Lambda's own
 * polling of the queues.
 */
export async function loggedCalls(callLog: string): Promise<() => Promise<readonly LoggedCall[]>> {
  const lines = async () => (await readFile(callLog, "utf8")).split("\n").filter((line) => line.endsWith("}"));
  let seen = (await lines()).length;
  return async () => {
    const found = (await lines()).slice(seen);
    seen += found.length;
    return found.map((line) => JSON.parse(line) as LoggedCall).filter(({ api }) => !POLLING.has(api));
  };
}

// --- internal ---

const POLLING: ReadonlySet<string> = new Set(["ReceiveMessage", "DeleteMessage", "DeleteMessageBatch"]);
