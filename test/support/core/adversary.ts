import { reconcile } from "#core/bucket/reconcile";
import { waitsSince } from "#core/bucket/wait-limit";
import { joinWork, type Work } from "#core/bucket/work";
import type { BucketEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import { lastEvents } from "#core/ledger/state";
import type { PolicyName } from "../simulation/story.ts";
import { inForce } from "../simulation/story.ts";
import { type Desk, desk } from "./desk.ts";
import { aes, anIntent, aRequest, aState, aTrigger, eventAt, foreign, kms, NOW, someWork } from "./loop.ts";

/** Somebody with `s3:*` and `kms:*` who goes on making calls so that a violation is seen late. */
export interface Adversary {
  readonly name: string;
  readonly policy: PolicyName;
  /** What the ledger remembers when it begins. */
  readonly begins?: (here: Desk) => void;
  /** Seconds for which the policy lets a new bucket settle. */
  readonly settle?: number;
  /** What is done in each second: the calls that CloudTrail reports. */
  readonly acts: (second: number, here: Desk) => readonly Trigger[];
}

/** Seconds until CloudTrail delivers a call: the longest that was captured. */
const TRAIL = 8;
/** Seconds for which an adversary goes on. */
const PERSISTS = 180;

/** Seconds from the violation until Bucketseal writes or tells something. */
export async function delayBy({ policy, begins, acts }: Adversary): Promise<number> {
  const here = desk();
  here.aws.inForce = inForce(policy, 7);
  here.aws.state = aState({ outcome: "left alone", rule: "baseline", observed: kms });
  here.aws.history.splice(0, 1, { at: 0, encryption: kms });
  begins?.(here);
  const due: { readonly at: number; readonly work: Work }[] = [];
  for (let second = 0; second < 2 * PERSISTS; second++) {
    const now = NOW + second * 1000;
    here.now = Math.max(here.now, now);
    const calls = second < PERSISTS ? acts(second, here) : [];
    for (const call of calls) due.push({ at: second + TRAIL, work: someWork({ triggers: [call] }) });
    const ready = due.filter(({ at }) => at <= second).map(({ work }) => work);
    due.splice(0, due.length, ...due.filter(({ at }) => at > second));
    for (const work of joinWork(ready)) {
      const end = await reconcile(here.ports, work);
      if (here.aws.writes.length + here.aws.published.length > 0) return second;
      if (end.kind === "done") continue;
      const since = waitsSince(work, end.why, here.now, end.seconds);
      const after = [...new Set([...work.after, end.why])];
      const next = { ...work, after, since, hops: work.hops + 1, triggers: lastEvents(work.triggers) };
      due.push({ at: second + end.seconds, work: next });
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** Everything that somebody who may call S3 and KMS can do to put a look off, as far as we know. */
export const adversaries: readonly Adversary[] = [
  {
    name: "one change of the bucket's encryption",
    policy: "enforce",
    acts: (second, here) => (second === 0 ? [put(here, second, aes)] : []),
  },
  {
    name: "another wrong configuration every second",
    policy: "enforce",
    acts: (second, here) => [put(here, second, WRONG[second % WRONG.length] as BucketEncryption)],
  },
  {
    name: "a call every second that asks for what is declared, and is undone at once",
    policy: "enforce",
    acts: (second, here) => [call(second, "PutBucketEncryption", aRequest(kms)), put(here, second, aes, "b")],
  },
  {
    name: "CreateBucket every second, for a bucket of one's own",
    policy: "enforce",
    acts: (second, here) => [
      ...(second === 0 ? [put(here, second, aes)] : []),
      call(second, "CreateBucket", null, "c"),
    ],
  },
  {
    name: "CreateBucket every second, for a new bucket whose tags may decide",
    policy: "tags",
    begins: isNew,
    settle: 60,
    acts: (second) => [call(second, "CreateBucket", null)],
  },
  {
    name: "a new bucket whose tags may decide, and another wrong configuration every second",
    policy: "tags",
    begins: isNew,
    settle: 60,
    acts: (second, here) => [
      call(second, "CreateBucket", null, "c"),
      put(here, second, WRONG[second % WRONG.length] as BucketEncryption),
    ],
  },
  {
    name: "other tags every second",
    policy: "tags",
    acts: (second, here) => [
      ...(second === 0 ? [put(here, second, aes)] : []),
      call(second, "PutBucketTagging", { kind: "tags", tags: { turn: String(second) } }, "t"),
    ],
  },
  {
    name: "other notifications every second",
    policy: "enforce",
    acts: (second, here) => [
      ...(second === 0 ? [put(here, second, aes)] : []),
      call(second, "PutBucketNotification", { kind: "notifications", sendsEvents: second % 2 === 0 }, "n"),
    ],
  },
  {
    name: "a change right after a function that wrote was stopped, and another every second",
    policy: "enforce",
    begins: (here) => {
      const intent = anIntent({ owner: "dead", at: iso(0), expires: iso(60), before: foreign });
      here.aws.state = { ...here.aws.state, intent };
    },
    acts: (second, here) => [put(here, second, WRONG[second % WRONG.length] as BucketEncryption)],
  },
];

// --- internal ---

const WRONG: readonly BucketEncryption[] = [aes, foreign, { ...kms, bucketKey: false }];

function isNew(here: Desk): void {
  here.aws.state = aState({ rev: 0 });
  here.aws.history.splice(0, 1, { at: 0, encryption: aes });
}

function put(here: Desk, second: number, encryption: BucketEncryption, more = ""): Trigger {
  here.aws.set(NOW + second * 1000, encryption);
  return call(second, "PutBucketEncryption", aRequest(encryption), more);
}

function call(second: number, eventName: string, requested: Trigger["requested"], more = ""): Trigger {
  return aTrigger({ eventId: `${second}${more}`, eventName, eventTime: eventAt(second), requested });
}

function iso(second: number): string {
  return new Date(NOW + second * 1000).toISOString();
}
