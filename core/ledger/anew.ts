import { newest } from "#core/event/newest";
import type { Trigger } from "#core/event/trigger";
import { type BucketState, unseen } from "./state.ts";

/**
 * The newest call that deleted a bucket of this name and that the ledger has not heard of; `null`:
 * none. Whatever has the name afterwards is another bucket. A CreateBucket alone proves nothing:
 * S3 answers 200 where the owner repeats it in us-east-1, and what that made the ledger forget
 * would be a shield.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
 */
export function deletionOf({ triggers: seen }: BucketState, triggers: readonly Trigger[]): Trigger | null {
  const heardOf = new Set(seen.map(({ eventId }) => eventId));
  return newestDeletion(triggers.filter(({ eventId }) => !heardOf.has(eventId)));
}

/**
 * What the ledger keeps once a bucket of this name was deleted: what is younger than that, since
 * events come in any order and the next bucket may have been looked at; a write that is under way;
 * the events that were seen; and what was counted of the former bucket, which the next look tells.
 * What a person restored is no promise for another bucket.
 */
export function forgotten(found: BucketState, { eventTime }: Pick<Trigger, "eventTime">): BucketState {
  // CloudTrail's times are whole seconds.
  const isLater = (time: string | null) => time !== null && Date.parse(time) >= Date.parse(eventTime) + SECOND;
  const { since, rev, policyVersion, intent, outbox, triggers, settleUntil, lastWriteAt, blamed } = found;
  const { writes, unverified, breaker, drifting, refused, driftWindows, folded = [] } = found;
  const { exemptUntil: _restored, due: _due, folded: _folded, ...finding } = found;
  const counted = folded
    .filter((each) => isLater(each.since) || each.untold !== null)
    .map((each) => (isLater(each.since) ? each : { ...each, told: { ...each.told, until: each.last } }));
  return {
    ...unseen,
    // A bucket without a look settles, whichever of its events came first.
    ...(isLater(since) ? { ...finding, blamed: isLater(blamed?.eventTime ?? null) ? blamed : null } : {}),
    rev,
    policyVersion,
    intent,
    outbox,
    triggers,
    settleUntil: since === null || isLater(since) ? settleUntil : null,
    lastWriteAt: isLater(lastWriteAt) ? lastWriteAt : null,
    driftWindows: driftWindows.filter(({ from, to }) => isLater(from ?? to)),
    ...(writes === undefined ? {} : { writes: writes.filter(isLater) }),
    ...(unverified === undefined ? {} : { unverified: unverified.filter(isLater) }),
    ...(breaker == null ? {} : { breaker: isLater(breaker.openedAt) ? breaker : null }),
    ...(drifting == null ? {} : { drifting: isLater(drifting.from ?? since) ? drifting : null }),
    ...(refused == null ? {} : { refused: isLater(refused.at) ? refused : null }),
    ...(counted.length > 0 ? { folded: counted } : {}),
  };
}

/**
 * The events that may be about the bucket that has the name now: those before the newest deletion
 * are about a former one, however late they arrive, and nobody is to blame for them any more.
 */
export function ofThisBucket({ triggers: seen }: BucketState, triggers: readonly Trigger[]): readonly Trigger[] {
  const deletion = newestDeletion([...seen, ...triggers]);
  if (deletion === null) return triggers;
  return triggers.filter(({ eventTime }) => Date.parse(eventTime) >= Date.parse(deletion.eventTime));
}

// --- internal ---

const SECOND = 1000;

function newestDeletion<T extends Pick<Trigger, "eventName" | "eventTime">>(events: readonly T[]): T | null {
  return newest(events.filter(({ eventName }) => eventName === "DeleteBucket"));
}
