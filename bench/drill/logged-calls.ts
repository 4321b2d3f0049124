import { readCalls } from "../../test/support/local-aws/call-log.ts";
import type { LoggedCall } from "../../test/support/local-aws/local-aws.ts";

/**
 * Follows a call log: each call returns the AWS calls since the last time, but for Lambda's own
 * polling of the queues.
 */
export async function loggedCalls(callLog: string): Promise<() => Promise<readonly LoggedCall[]>> {
  let seen = (await readCalls(callLog)).length;
  return async () => {
    const found = (await readCalls(callLog)).slice(seen);
    seen += found.length;
    return found.filter((call) => !isPolling(call));
  };
}

/** Whether it is one of Lambda's own calls to a queue. */
export function isPolling({ api }: LoggedCall): boolean {
  return POLLING.has(api);
}

// --- internal ---

const POLLING: ReadonlySet<string> = new Set(["ReceiveMessage", "DeleteMessage", "DeleteMessageBatch"]);
