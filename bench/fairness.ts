import { setTimeout as sleep } from "node:timers/promises";
import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mapPool } from "../cli/buckets/pool.ts";
import { alice, putBucketTaggingEvent } from "../test/events/cloudtrail.ts";
import type { LoggedCall } from "../test/support/local-aws/local-aws.ts";
import { breaks } from "./drill/breaks.ts";
import { functionLog } from "./drill/function-log.ts";
import { loggedCalls } from "./drill/logged-calls.ts";
import { quantile } from "./report/quantile.ts";
import { type Row, report } from "./report/report.ts";
import { asRole } from "./stage/as-role.ts";
import { newBucket, onStage, type Stage, untilDeclared } from "./stage/stage.ts";

/**
 * One bucket's noise: repairs of other buckets while EVENTS (default 10,000) events about one
 * bucket wait in the queue, against those without them. The events are told apart by their ids or
 * not; both kinds ask for what the bucket shows.
 *
 *     npm run bench:fairness -- [EVENTS] [--json]
 */
const events = Number(process.argv[2] ?? 10_000) || 10_000;
const GOAL_MS = 2_000;
const BUCKETS = 12;
const TRAIL_DELAY_MS = 50;

await onStage(TRAIL_DELAY_MS, async (stage) => {
  const noisy = await newBucket(stage, "bench-noisy");
  const buckets: string[] = [];
  for (let at = 0; at < BUCKETS; at++) buckets.push(await newBucket(stage, `bench-quiet-${at}`));
  for (const bucket of [noisy, ...buckets]) await untilDeclared(stage, bucket, 100);
  await sleep(3_000);
  const send = await sender(stage);
  const calm = await repairs(stage, buckets, async () => buckets.length * 2);
  const rows: Row[] = [{ what: "repairs without noise, p50 and slowest", result: both(calm) }];
  for (const kind of ["the same event", "different events"] as const) {
    const [calls, since] = [await loggedCalls(stage.sandbox.callLog), Date.now()];
    const began = performance.now();
    await send(noisy, kind === "the same event");
    const sent = performance.now() - began;
    const times = await repairs(stage, buckets, () => waiting(stage));
    const drained = performance.now() - began;
    const isLook = (call: LoggedCall) => call.bucket === noisy && call.function === stage.sandbox.functions.bucket;
    const looks = (await calls()).filter(isLook).length;
    const { invocations, duration } = await functionLog(stage.sandbox, stage.sandbox.functions.bucket, since);
    const delay = Math.max(...times) - quantile(calm, 0.5);
    rows.push(
      { what: `repairs of others beside ${events} messages of ${kind}, p50 and slowest`, result: both(times) },
      {
        what: `by how much the slowest was late beside ${kind}`,
        result: ms(delay),
        goal: "<= 2 s",
        met: delay <= GOAL_MS,
      },
      {
        what: `what ${kind} took of the function`,
        result: `${invocations} invocations of ${(duration / invocations).toFixed(1)} ms, ${looks} reads of that bucket`,
      },
      { what: `${kind}: sent within, drained within`, result: `${ms(sent)}, ${ms(drained)}` },
    );
    await sleep(3_000);
  }
  report("fairness", rows, [
    "Timed by the caller, one repair after the other, while the queue drains.",
    "The local AWS starts invocations one by one, in the process that serves all calls; on AWS ten instances work at once, each for as long as its invocations take.",
  ]);
});

// --- internal ---

/** Repairs in turn until the queue is empty, or as often as `waiting` says at first. */
async function repairs(stage: Stage, buckets: readonly string[], waiting: () => Promise<number>): Promise<number[]> {
  const [way] = breaks("");
  const times: number[] = [];
  for (let at = 0; at < 200; at++) {
    const bucket = buckets[at % buckets.length] as string;
    await way?.call(stage, bucket);
    const answered = performance.now();
    await untilDeclared(stage, bucket, 20);
    times.push(performance.now() - answered);
    if ((await waiting()) <= times.length) return times;
  }
  return times;
}

/** Messages of the event queue that nobody took yet. */
async function waiting({ sandbox }: Stage): Promise<number> {
  const { endpoint, region, credentials, queues } = sandbox;
  const sqs = new SQSClient({ endpoint, region, credentials: { ...credentials } });
  const AttributeNames = ["ApproximateNumberOfMessages" as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queues.events, AttributeNames }));
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** Sends the noise as the redrive role, the one sender that the queue admits beside the rule. */
async function sender({ sandbox }: Stage): Promise<(bucket: string, same: boolean) => Promise<void>> {
  const { region, account, queues } = sandbox;
  const sqs = new SQSClient(await asRole({ sandbox }, "redriveRoleArn"));
  const userIdentity = { ...alice, accountId: account, arn: `arn:aws:iam::${account}:user/alice` };
  return async (bucket, same) => {
    const eventTime = new Date().toISOString().replace(/\.\d+/, "");
    const body = (at: number) =>
      JSON.stringify(
        putBucketTaggingEvent(undefined, {
          bucket,
          account,
          region,
          eventTime,
          userIdentity,
          eventId: `00000000-0000-4000-8000-${String(same ? 0 : at).padStart(12, "0")}`,
        }),
      );
    await mapPool([...Array(Math.ceil(events / 10)).keys()], 16, async (batch) => {
      const Entries = Array.from({ length: 10 }, (_, at) => ({ Id: `${at}`, MessageBody: body(batch * 10 + at) }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queues.events, Entries }));
    });
  };
}

function both(times: readonly number[]): string {
  return `${ms(quantile(times, 0.5))}, ${ms(Math.max(...times))} (${times.length})`;
}

function ms(time: number): string {
  return time < 1_000 ? `${Math.round(time)} ms` : `${(time / 1_000).toFixed(1)} s`;
}
