import type { Trigger } from "#core/event/trigger";
import { safe } from "#core/safe";
import { actorShown } from "./actor.ts";
import type { Alert } from "./schema.ts";

/** What every alert is drafted from. */
export interface DraftInput {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Where it happened; the policy belongs to no bucket. */
  readonly ref: { readonly account: string; readonly region: string; readonly bucket?: string };
}

/**
 * An alert that says what happened and where, and nothing else. A builder spreads it first and adds
 * what it knows.
 */
export function draft({ id, now, ref }: DraftInput, what: Pick<Alert, "outcome" | "severity">): Alert {
  return {
    schema: "bucketseal.alert/1",
    id,
    time: new Date(now).toISOString(),
    ...what,
    account: ref.account,
    region: ref.region,
    bucket: ref.bucket === undefined ? null : safe(ref.bucket),
    rule: null,
    mode: null,
    actor: null,
    event: null,
    before: null,
    after: null,
    reasons: [],
    next: [],
    latencyMs: null,
    policy: null,
    objects: null,
  };
}

/** The fields that name the event behind an alert, and who caused it. */
export function causedBy(trigger: Trigger | null): Pick<Alert, "actor" | "event"> {
  if (trigger === null) return { actor: null, event: null };
  return {
    actor: actorShown(trigger.actor),
    event: { id: safe(trigger.eventId), name: safe(trigger.eventName), time: trigger.eventTime },
  };
}
