import { setTimeout as sleep } from "node:timers/promises";
import type { SandboxOutputs } from "../../sandbox/outputs.ts";
import { readCalls } from "../../test/support/local-aws/call-log.ts";
import type { LoggedCall } from "../../test/support/local-aws/local-aws.ts";

/** The AWS calls of one invocation, without Lambda's own polling of the queue. */
export type Invocation = readonly LoggedCall[];

/**
 * The bucket function's invocations, followed in the call log. Each call waits until the function
 * has processed an event and the events of its own writes and then made no call for `quietMs`; it
 * returns the invocations since the last time, oldest first. Invocations can be told apart only
 * while one event at a time is under way.
 */
export function invocations(sandbox: SandboxOutputs, quietMs: number): () => Promise<Invocation[]> {
  let seen = 0;
  return async () => {
    const end = Date.now() + PATIENCE_MS;
    for (let calls: LoggedCall[] = []; Date.now() < end; await sleep(50)) {
      calls = (await callsOf(sandbox)).slice(seen);
      const found = split(calls);
      const echoes = calls.filter(({ api, status }) => api === "PutBucketEncryption" && status < 300).length;
      const last = calls.at(-1);
      if (found.length < 1 + echoes || last === undefined) continue;
      if (Date.now() - Date.parse(last.time) < quietMs) continue;
      seen += calls.length;
      return found;
    }
    throw new Error(`the function made no call within ${PATIENCE_MS / 1000} s`);
  };
}

// --- internal ---

const PATIENCE_MS = 30_000;

function callsOf({ callLog, functions }: SandboxOutputs): Promise<LoggedCall[]> {
  return readCalls(callLog, functions.bucket);
}

/** Every invocation begins with Lambda receiving a batch from the queue. */
function split(calls: readonly LoggedCall[]): Invocation[] {
  const found: LoggedCall[][] = [];
  for (const call of calls) {
    if (call.api === "ReceiveMessage") found.push([]);
    else found.at(-1)?.push(call);
  }
  return found;
}
