import type { Trigger } from "#core/event/trigger";
import { safe } from "#core/safe";
import { actorShown } from "./actor.ts";
import type { Alert } from "./schema.ts";

/** The input of every alert. */
export interface DraftInput {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Where it happened; a policy alert has no bucket. */
  readonly ref: { readonly account: string; readonly region: string; readonly bucket?: string };
}

/** An alert with only what happened and where. A builder spreads it first and adds the rest. */
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

/** The fields for the event behind an alert and its caller. */
export function causedBy(trigger: Trigger | null): Pick<Alert, "actor" | "event"> {
  if (trigger === null) return { actor: null, event: null };
  return {
    actor: actorShown(trigger.actor),
    event: { id: safe(trigger.eventId), name: safe(trigger.eventName), time: trigger.eventTime },
  };
}
