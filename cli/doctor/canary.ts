import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createCanary, deleteCanary, tagCanary, tagNewCanary } from "#aws/canary/bucket";
import { readState } from "#aws/ledger/bucket-state";
import type { BucketState } from "#core/ledger/state";
import { type BucketRef, partitionOf } from "#core/names";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { explainError } from "../line/explain-error.ts";
import type { Output } from "../terminal/output.ts";
import { type Answer, finding, notKnown, ok } from "./answer.ts";
import type { Check } from "./check.ts";
import type { Ward } from "./ward.ts";

/** What a canary may use, and how long it waits. */
export interface CanaryOptions {
  /**
   * A bucket that somebody marked with the canary tag; `null`: one is created and deleted again.
   */
  readonly bucket: string | null;
  readonly waitSeconds: number;
}

/**
 * Does an event of this account reach the ledger? A bucket is tagged, and the look that this causes
 * is waited for.
 */
export function canary(options: CanaryOptions, out: Output): Check {
  return {
    name: "canary",
    look: async (ward) => {
      if (options.bucket !== null) return [await fly(ward, options.bucket, options, tagCanary)];
      const { account, region } = ward.home;
      const bucket = `bucketseal-canary-${account}-${randomUUID().slice(0, 8)}`;
      const s3 = ward.session.s3(region);
      await createCanary(s3, bucket, region);
      try {
        return [
          await fly(ward, bucket, options, async (...given) => {
            await tagNewCanary(...given);
            return true;
          }),
        ];
      } finally {
        await deleteCanary(s3, bucket).catch((error: unknown) => {
          out.note(`the bucket ${bucket} could not be deleted, delete it by hand: ${explainError(error).message}`);
        });
      }
    },
  };
}

/** The answer about a look that came, or did not, so many seconds after the call. Pure. */
export function judgeCanary(seconds: number | null, { waitSeconds }: CanaryOptions): Answer {
  if (seconds !== null) return ok(`a bucket was tagged, and looked at ${seconds} s later`);
  return finding(
    `a bucket was tagged, and not looked at within ${waitSeconds} s: events do not arrive`,
    "see the findings about trail, rules, mappings and functions; a trail that was just started takes minutes",
  );
}

/**
 * Whether a bucket's state knows an event about its tags that is not among these.
 * @param from - milliseconds since the epoch: older events are others'
 */
export function hasHeard(
  { triggers }: Pick<BucketState, "triggers">,
  known: ReadonlySet<string>,
  from: number,
): boolean {
  return triggers.some(
    ({ eventId, eventName, eventTime }) =>
      TAGGED.has(eventName) && !known.has(eventId) && Date.parse(eventTime) >= from - CLOCKS_MS,
  );
}

// --- internal ---

const TAGGED: ReadonlySet<string> = new Set(["PutBucketTagging", "TagResource"]);
/** How far this machine's clock and S3's may be apart; events have whole seconds, too. */
const CLOCKS_MS = 5_000;
const ASK_MS = 1_000;

async function fly(
  { session, deployment, dynamodb, home }: Ward,
  bucket: string,
  options: CanaryOptions,
  tag: typeof tagCanary,
): Promise<Answer> {
  const ref: BucketRef = { partition: partitionOf(home.region), ...home, bucket };
  const ledger = { dynamodb, table: deployment.ledgerTable };
  const known = new Set((await readState(ledger, ref)).triggers.map(({ eventId }) => eventId));
  const began = Date.now();
  const value = new Date(began).toISOString().replace(/[:.]/g, "-");
  if (!(await tag(session.s3(home.region), bucket, home.account, value))) {
    throw new CliError(
      `the bucket ${safe(bucket)} has no tag bucketseal-canary, so it is not changed: put that tag on a bucket that may serve as a canary`,
      { code: "no-canary" },
    );
  }
  const end = began + options.waitSeconds * 1000;
  for (;;) {
    const state = await readState(ledger, ref).catch(() => null);
    if (state !== null && hasHeard(state, known, began)) {
      return judgeCanary(Math.round((Date.now() - began) / 1000), options);
    }
    if (Date.now() > end) {
      return state === null
        ? notKnown("the ledger could not be read while the canary was out", "allow dynamodb:GetItem on the ledger")
        : judgeCanary(null, options);
    }
    await sleep(ASK_MS);
  }
}
