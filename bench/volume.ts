import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { readCalls } from "../test/support/local-aws/call-log.ts";
import type { LoggedCall } from "../test/support/local-aws/local-aws.ts";
import { type Row, report } from "./report/report.ts";
import { keysOf, objectBucket, writeObjects } from "./stage/object-stage.ts";
import { onStage, type Stage } from "./stage/stage.ts";

/**
 * Objects a second of the deployed function, events, queue and Lambda included: OBJECTS (default
 * 4,000) are written at once under another encryption than declared, and the clock runs until the
 * last one is re-encrypted. Next to it stand the share of the machine that was busy and the
 * function's calls, which tell what holds it back.
 *
 *     npm run bench:volume -- [OBJECTS] [--json]
 */
const objects = Number(process.argv[2] ?? 4_000) || 4_000;
const PATIENCE_MS = 600_000;

await onStage(50, async (stage) => {
  const bucket = await objectBucket(stage, "objs3-volume");
  const began = performance.now();
  await writeObjects(stage, bucket, keysOf(objects), "AES256");
  const written = performance.now();
  const idle = busyTimes();
  const waiting = await untilRepaired(stage, bucket);
  const ended = performance.now();
  const calls = await functionCalls(stage);
  const seconds = (ended - began) / 1000;
  const own = calls.filter(({ api }) => api !== "ReceiveMessage");
  const busy = share(idle, busyTimes());
  const rows: Row[] = [
    {
      what: `objects a second of the deployed function, ${objects.toLocaleString("en")} at once`,
      result: `${Math.round(objects / seconds)} (written within ${whole(written - began)}, all repaired within ${whole(ended - began)})`,
    },
    { what: "AWS calls an object, all services", result: (own.length / objects).toFixed(1) },
    { what: "objects not repaired when the last one was written", result: String(waiting) },
    { what: "the machine while the queue drained", result: `${busy} % busy` },
  ];
  report("volume", rows, [
    "Writer, local AWS and every instance of the function share the machine: where it is busy, that is what holds the function back.",
  ]);
});

// --- internal ---

/** Waits until every object was updated; returns how many were not at first. */
async function untilRepaired(stage: Stage, bucket: string): Promise<number> {
  const end = Date.now() + PATIENCE_MS;
  let first: number | null = null;
  for (; Date.now() < end; await sleep(500)) {
    const updated = (await functionCalls(stage)).filter(
      (call) => call.api === "UpdateObjectEncryption" && call.status < 300 && call.bucket === bucket,
    );
    const left = objects - updated.length;
    first ??= left;
    if (left <= 0) return first;
  }
  throw new Error(`not every object of ${bucket} was repaired within ${PATIENCE_MS / 1000} s`);
}

/** Every call of the object function so far. */
function functionCalls({ sandbox: { callLog, functions } }: Stage): Promise<LoggedCall[]> {
  return readCalls(callLog, functions.object);
}

interface Times {
  readonly idle: number;
  readonly all: number;
}

function busyTimes(): Times {
  const times = cpus().map(({ times: each }) => each);
  const idle = times.reduce((sum, each) => sum + each.idle, 0);
  return { idle, all: times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idle) };
}

function share(from: Times, to: Times): number {
  return Math.round(100 * (1 - (to.idle - from.idle) / (to.all - from.all)));
}

function whole(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
