import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readLast } from "#aws/runs/pointers";
import { sendLater } from "#aws/sqs/queue";
import type { RunCounts } from "#core/sweep/counts";
import { startMessage } from "#core/sweep/messages";
import type { LoggedCall } from "../../test/support/local-aws/local-aws.ts";
import { asRole, deploymentOf } from "../stage/as-role.ts";
import type { Stage } from "../stage/stage.ts";
import { functionLog, type LogShare } from "./function-log.ts";
import { loggedCalls } from "./logged-calls.ts";

/** One sweep, from its start message to its result. */
export interface Swept {
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly ended: number;
  readonly counts: RunCounts;
  /** The calls of both functions, without Lambda's own polling. */
  readonly calls: readonly LoggedCall[];
  readonly logs: { readonly bucket: LogShare; readonly sweep: LogShare };
}

/** Starts sweeps as a person does, and waits for their end. */
export async function sweeper(stage: Stage): Promise<() => Promise<Swept>> {
  const { endpoint, region, account, credentials, functions, ledgerTable: table } = stage.sandbox;
  const { sweepQueueUrl = "", sweepFunction = "" } = await deploymentOf(stage);
  const sqs = new SQSClient(await asRole(stage, "startRoleArn"));
  const ledger = { dynamodb: new DynamoDBClient({ endpoint, region, credentials: { ...credentials } }), table };
  const last = () => readLast(ledger, { account, region }, "sweep");
  const logOf = (name: string, since: number) => functionLog(stage.sandbox, name, since);
  return async () => {
    const before = (await last())?.run;
    const calls = await loggedCalls(stage.sandbox.callLog);
    const began = Date.now();
    await sendLater(sqs, sweepQueueUrl, startMessage("bench"), 0);
    for (; Date.now() < began + PATIENCE_MS; await sleep(EVERY_MS)) {
      const found = await last();
      if (found === null || found.run === before) continue;
      const ended = Date.now();
      await sleep(TO_LOG_MS);
      const ours = (await calls()).filter(({ function: by }) => by === functions.bucket || by === sweepFunction);
      const logs = { bucket: await logOf(functions.bucket, began), sweep: await logOf(sweepFunction, began) };
      return { began, ended, counts: found.counts, calls: ours, logs };
    }
    throw new Error(`the sweep did not end within ${PATIENCE_MS / 1000} s`);
  };
}

// --- internal ---

const PATIENCE_MS = 60_000;
const EVERY_MS = 50;
/** Milliseconds until an invocation's last lines are in its log. */
const TO_LOG_MS = 500;
