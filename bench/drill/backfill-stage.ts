import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { SQSRecord } from "aws-lambda";
import { lastBackfill } from "#aws/backfill/backfills";
import { findDeployments } from "#aws/ssm/deployment";
import type { Backfill } from "#core/backfill/backfill";
import { backfillStart } from "#core/backfill/messages";
import type { Deployment } from "#core/stage/deployment";
import type { LoggedCall } from "../../test/support/local-aws/local-aws.ts";
import { withFunction } from "../process/process.ts";
import { records } from "../stage/object-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { functionLog, type LogShare } from "./function-log.ts";
import { loggedCalls } from "./logged-calls.ts";

/** A deployed stage's backfills. */
export interface StageBackfills {
  readonly lister: string;
  /** A message of the lister that starts one, and one that has it go on. */
  start(bucket: string): object;
  last(bucket: string): Promise<Backfill>;
  /** The batches that wait for the object function, as Lambda receives them. */
  batches(): Promise<SQSRecord[]>;
}

/** A pass by the deployed functions: its calls, and what Lambda says of both. */
export interface StagePass {
  readonly objects: number;
  readonly calls: readonly LoggedCall[];
  readonly lister: LogShare;
  readonly looker: LogShare;
}

/** One lister and one object function, as programs. */
export interface Programs {
  /** A pass over a bucket's objects, from the start to its end. */
  pass(bucket: string): Promise<void>;
  /** Their peak memory so far, in MB. */
  peaks(): Promise<{ readonly lister: number; readonly looker: number }>;
}

/** @throws Error where the stage has none */
export async function stageBackfills({
  sandbox,
}: Stage): Promise<StageBackfills & { readonly deployment: Deployment }> {
  const { endpoint, region, account, ledgerTable } = sandbox;
  const root = { endpoint, region, credentials: { ...sandbox.rootCredentials } };
  const [deployment] = await findDeployments(new SSMClient(root));
  if (deployment?.backfillFunction === undefined || deployment.atRestQueueUrl === undefined)
    throw new Error("the stage has no backfills");
  const { backfillFunction: lister, atRestQueueUrl: QueueUrl } = deployment;
  const sqs = new SQSClient(root);
  const ledger = { dynamodb: new DynamoDBClient(root), table: ledgerTable };
  const refOf = (bucket: string) => ({ partition: "aws", account, region, bucket });
  return {
    deployment,
    lister,
    start: (bucket) => backfillStart(refOf(bucket), "bench", EVERYTHING),
    last: async (bucket) => {
      const last = await lastBackfill(ledger, refOf(bucket));
      if (last === null) throw new Error(`${bucket} has had no backfill`);
      return last;
    },
    batches: async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return [];
      const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      const found = records(
        sandbox,
        Messages.map(() => ({})),
      );
      const eventSourceARN = `arn:aws:sqs:${region}:${account}:${QueueUrl.split("/").at(-1)}`;
      return found.map((record, at) => ({ ...record, eventSourceARN, body: Messages[at]?.Body ?? "" }));
    },
  };
}

/** Switches what feeds the functions with backfills off or on. */
export async function feed(
  { sandbox }: Stage,
  { deployment }: { deployment: Deployment },
  Enabled: boolean,
): Promise<void> {
  const { endpoint, region } = sandbox;
  const lambda = new LambdaClient({ endpoint, region, credentials: { ...sandbox.rootCredentials } });
  const { EventSourceMappings: all = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const queues = [deployment.backfillQueueUrl, deployment.atRestQueueUrl].map((url) => `:${url?.split("/").at(-1)}`);
  for (const { UUID, EventSourceArn } of all) {
    if (!queues.some((queue) => EventSourceArn?.endsWith(queue))) continue;
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
  }
}

/** A pass by the deployed functions, through their queues. */
export async function byStage(
  stage: Stage,
  backfills: StageBackfills,
  bucket: string,
  send: (message: object) => Promise<void>,
): Promise<StagePass> {
  const { sandbox } = stage;
  const begun = Date.now();
  const calls = await loggedCalls(sandbox.callLog);
  const before = await backfills.last(bucket).catch(() => null);
  await send(backfills.start(bucket));
  for (;;) {
    const last = await backfills.last(bucket).catch(() => null);
    if (last !== null && last.id !== before?.id && last.state === "done") break;
    if (Date.now() > begun + PATIENCE_MS) throw new Error(`the backfill of ${bucket} did not end: ${last?.state}`);
    await sleep(200);
  }
  await sleep(SETTLE_MS);
  const { counts } = await backfills.last(bucket);
  const functions = new Set([backfills.lister, sandbox.functions.object]);
  const [lister, looker] = await Promise.all(
    [backfills.lister, sandbox.functions.object].map((name) => functionLog(sandbox, name, begun)),
  );
  const made = (await calls()).filter((call) => functions.has(call.function ?? ""));
  return { objects: counts.looked, calls: made, lister: lister as LogShare, looker: looker as LogShare };
}

/**
 * One lister and one object function as programs, nobody else at work, for as long as `run` takes.
 */
export async function withPrograms(
  stage: Stage,
  backfills: StageBackfills,
  run: (programs: Programs) => Promise<void>,
): Promise<void> {
  await withFunction(stage, (looker) =>
    withFunction(
      stage,
      (lister) =>
        run({
          pass: async (bucket) => {
            await lister.invoke(records(stage.sandbox, [backfills.start(bucket)]));
            for (let some = await backfills.batches(); some.length > 0; some = await backfills.batches())
              for (const batch of some) await looker.invoke([batch]);
            const { ref, id } = await backfills.last(bucket);
            await lister.invoke(records(stage.sandbox, [{ schema: "bucketseal.backfill/1", ref, id }]));
            const { state, batches, done } = await backfills.last(bucket);
            if (state !== "done") throw new Error(`the backfill is ${state}: ${done} of ${batches} batches`);
          },
          peaks: async () => ({ lister: await lister.peak(), looker: await looker.peak() }),
        }),
      { bundle: "backfill", name: backfills.lister },
    ),
  );
}

// --- internal ---

const EVERYTHING = { prefix: "", versions: "current", since: null, until: null } as const;
const PATIENCE_MS = 300_000;
/** The alert and the reports of the last invocations. */
const SETTLE_MS = 2_000;
