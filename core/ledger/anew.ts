import type { Trigger } from "#core/event/trigger";
import { type BucketState, unseen } from "./state.ts";

/**
 * Whether a bucket's name was free since the ledger learned what it knows, so that a bucket of this
 * name is another one: it was deleted after that, as only the call says. CloudTrail's times are
 * whole seconds.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
 */
export function isAnew(found: BucketState, triggers: readonly Trigger[]): boolean {
  const { since } = found;
  if (since === null) return false;
  return triggers.some(
    ({ eventName, eventTime }) => eventName === "DeleteBucket" && Date.parse(eventTime) + SECOND > Date.parse(since),
  );
}

/**
 * What the ledger keeps of a bucket once its name was free: a write that is under way, the events
 * that were seen, and what was counted of it, which the next look tells.
 */
export function forgotten({ rev, policyVersion, intent, outbox, triggers, folded = [] }: BucketState): BucketState {
  const counted = folded
    .filter(({ untold }) => untold !== null)
    .map((each) => ({ ...each, told: { ...each.told, until: each.last } }));
  const known = { ...unseen, rev, policyVersion, intent, outbox, triggers };
  return counted.length === 0 ? known : { ...known, folded: counted };
}

// --- internal ---

const SECOND = 1000;
