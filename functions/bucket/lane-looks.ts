import type { SQSRecord } from "aws-lambda";
import { messageOf, nameOf } from "#aws/error";
import { ALL_REGIONS, type RunScope } from "#aws/runs/items";
import type { Table } from "#aws/table";
import { waitsSince } from "#core/bucket/wait-limit";
import type { Work } from "#core/bucket/work";
import type { BucketState } from "#core/ledger/state";
import { type BucketRef, partitionOf } from "#core/names";
import { addCounts, countsOf, noCounts, type RunCounts } from "#core/sweep/counts";
import type { Again, BatchMessage } from "#core/sweep/messages";
import { backoff } from "../queue/backoff.ts";
import { hopsOf } from "../queue/hops.ts";
import { pool } from "../queue/pool.ts";
import { correlated } from "../runtime/correlation.ts";
import { askForDue } from "./due.ts";
import { attemptLook, type BucketAttempt } from "./look.ts";
import type { BucketShared } from "./shared.ts";

/** What became of the looks of one batch. */
export interface Worked {
  readonly record: SQSRecord;
  readonly message: BatchMessage;
  readonly counts: RunCounts;
  /** Buckets that must be looked at again. */
  readonly again: readonly Again[];
  /** Until then. */
  readonly seconds: number;
  readonly causes: readonly string[];
}

/**
 * Looks at the buckets of batches, a few at once: what is not urgent leaves the services to the
 * live events. Never throws.
 */
export async function lookAtAll(
  shared: BucketShared,
  batches: readonly (readonly [SQSRecord, BatchMessage])[],
  stateOf: (ref: BucketRef) => BucketState | undefined,
  deadline: number,
): Promise<readonly Worked[]> {
  // At home nobody else waits: all of a deployment's own looks are one account's.
  const lookIn = async ({ account: member, kind }: BatchMessage, work: Work): Promise<BucketAttempt> => {
    const seconds = member === undefined ? 0 : shared.brake.secondsLeft(member);
    if (seconds > 0) return { kind: "failed", cause: `calls in account ${member} fail for the moment`, seconds };
    const looked = await attemptLook(withState(shared, stateOf(work.ref)), work, deadline);
    const look = kind !== "push" && looked.kind === "looked" ? await withDue(shared, work, looked) : looked;
    if (member !== undefined) shared.brake.note(member, look.kind === "failed" && look.isTransient === true);
    return look;
  };
  const worked = batches.map(([record, message]) => ({ record, message, looks: [] as Looked[] }));
  const all = worked.flatMap((one) => worksOf(shared, one).map((work) => ({ one, work })));
  await pool(all, WIDTH, async ({ one: { message, looks }, work }) => {
    const look = () => lookIn(message, work);
    const isLate = shared.ports.now() >= deadline;
    looks.push([work, isLate ? NOT_BEGUN : await correlated([message.run, message.batch], look)]);
  });
  return worked.map(({ looks, ...one }) => ({ ...one, ...sumOf(shared, looks) }));
}

/** The buckets that a batch names, also those to be looked at again. */
export function refsOf(
  { settings: { ACCOUNT_ID, AWS_REGION } }: BucketShared,
  { names, again, account = ACCOUNT_ID, region = AWS_REGION }: BatchMessage,
): BucketRef[] {
  const all = [...names, ...again.map(({ bucket }) => bucket)];
  return all.map((bucket) => ({ partition: partitionOf(region), account, region, bucket }));
}

/** The table of the runs. */
export function ledgerOf({ clients, settings }: BucketShared): Table {
  return { dynamodb: clients.dynamodb, table: settings.LEDGER_TABLE };
}

/** Where the run of a batch is: at home, or in the member account that it sweeps. */
export function runScopeOf(
  { settings }: BucketShared,
  { account, kind }: Pick<BatchMessage, "account" | "kind">,
): RunScope {
  const isHere = account === undefined || kind === "push";
  return isHere ? { account: settings.ACCOUNT_ID, region: settings.AWS_REGION } : { account, region: ALL_REGIONS };
}

// --- internal ---

/** Looks of one instance at once. */
const WIDTH = 3;

const NOT_BEGUN: BucketAttempt = { kind: "failed", cause: "not begun within the function's time" };

/** A look of a sweep is over once what is due for its bucket has been asked for. */
async function withDue(
  shared: BucketShared,
  { ref }: Work,
  looked: Extract<BucketAttempt, { kind: "looked" }>,
): Promise<BucketAttempt> {
  try {
    await askForDue(shared, ref, looked.plan);
    return looked;
  } catch (error) {
    return { kind: "failed", cause: messageOf(error), isTransient: nameOf(error) === "RetryableError" };
  }
}

type Looked = readonly [work: Work, look: BucketAttempt];

function worksOf(shared: BucketShared, { record, message }: Pick<Worked, "record" | "message">): Work[] {
  const known = { ids: [record.messageId], triggers: [], hops: hopsOf(record) };
  const waits = new Map(message.again.map(({ bucket, after, since }) => [bucket, { after, since }]));
  return refsOf(shared, message).map((ref) => ({
    ...known,
    ref,
    ...(waits.get(ref.bucket) ?? { after: [], since: null }),
  }));
}

function sumOf(
  shared: BucketShared,
  looks: readonly Looked[],
): Pick<Worked, "counts" | "again" | "seconds" | "causes"> {
  let counts = noCounts;
  let seconds = 0;
  const again: Again[] = [];
  const causes: string[] = [];
  for (const [work, look] of looks) {
    if (look.kind === "looked" || look.kind === "shut out") {
      counts = addCounts(counts, countsOf(look.kind === "looked" ? look.outcome : "unreadable"));
      continue;
    }
    const isFailed = look.kind === "failed";
    const wait = isFailed ? Math.max(backoff(work.hops), look.seconds ?? 0) : look.seconds;
    seconds = Math.max(seconds, wait);
    causes.push(isFailed ? look.cause : look.why);
    const { after } = work;
    again.push({
      bucket: work.ref.bucket,
      after: isFailed || after.includes(look.why) ? [...after] : [...after, look.why],
      since: isFailed ? work.since : waitsSince(work, look.why, shared.ports.now(), look.seconds),
    });
  }
  return { counts, again, seconds, causes };
}

/** The same, but the first read of the bucket's state is the one that was made for the batches. */
function withState(shared: BucketShared, state: BucketState | undefined): BucketShared {
  let known = state;
  const { ledger } = shared.ports;
  const read: typeof ledger.read = async (ref) => {
    const first = known;
    known = undefined;
    return first ?? ledger.read(ref);
  };
  return { ...shared, ports: { ...shared.ports, ledger: { ...ledger, read } } };
}
