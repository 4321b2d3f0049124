import type { Alert } from "#core/alert/schema";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { Mode, Outcome } from "#core/outcome";
import type { Drift, DriftWindow } from "./drift.ts";

/** What the ledger remembers of one bucket: the `STATE` item. */
export interface BucketState {
  /** Counts the writes of this item; every write is conditional on it. 0: never written. */
  readonly rev: number;
  readonly outcome: Outcome | null;
  readonly rule: string | null;
  readonly exemption: string | null;
  readonly mode: Mode | null;
  readonly observed: BucketEncryption | null;
  readonly reasons: readonly string[];
  /** ISO 8601: since when the outcome, and what was told of it, is what it is. */
  readonly since: string | null;
  readonly policyVersion: number | null;
  /** What was last told that still stands; an equal one is not told again. */
  readonly told: string | null;
  /** The event that a violation which stands is put down to. */
  readonly blamed: Trigger | null;
  /** A write that was begun: recorded before it, closed when its alert is in the outbox. */
  readonly intent: Intent | null;
  /** An alert that has yet to go out. */
  readonly outbox: Outbox | null;
  /** The newest events about this bucket, by their own time, newest last. */
  readonly triggers: readonly SeenTrigger[];
  /** ISO 8601: a new bucket is left alone until then. */
  readonly settleUntil: string | null;
  /** ISO 8601: when Bucketseal's last verified write was sent. */
  readonly lastWriteAt: string | null;
  /** When objects were written under a wrong KMS default, newest last: they are to be found and re-encrypted. */
  readonly driftWindows: readonly DriftWindow[];
}

export interface Intent {
  readonly id: string;
  /** The look that began the write; another one keeps off until `expires`. */
  readonly owner: string;
  /** ISO 8601: when it was begun. */
  readonly at: string;
  /** ISO 8601. */
  readonly expires: string;
  readonly rule: string | null;
  readonly mode: Mode;
  readonly before: BucketEncryption | null;
  readonly after: WantedEncryption;
  readonly reasons: readonly string[];
  readonly trigger: Trigger | null;
  /** The drift that the write ends, where there was one. */
  readonly drift?: Drift;
}

export interface Outbox {
  readonly alert: Alert;
  /** The look that sends it; another one keeps off until `expires`, so that it goes out once. */
  readonly owner: string;
  /** ISO 8601. */
  readonly expires: string;
}

interface SeenTrigger {
  readonly eventId: string;
  readonly eventName: string;
  readonly eventTime: string;
  readonly actor: string | null;
}

export const MAX_TRIGGERS = 20;

/** A bucket nobody has looked at yet. */
export const unseen: BucketState = {
  rev: 0,
  outcome: null,
  rule: null,
  exemption: null,
  mode: null,
  observed: null,
  reasons: [],
  since: null,
  policyVersion: null,
  told: null,
  blamed: null,
  intent: null,
  outbox: null,
  triggers: [],
  settleUntil: null,
  lastWriteAt: null,
  driftWindows: [],
};

/** The state with events added: each once, the newest `MAX_TRIGGERS` kept. */
export function withTriggers(state: BucketState, triggers: readonly Trigger[]): BucketState {
  const seen = new Set(state.triggers.map((trigger) => trigger.eventId));
  const fresh = triggers.filter((trigger) => !seen.has(trigger.eventId)).map(summary);
  return { ...state, triggers: lastEvents([...state.triggers, ...fresh]) };
}

/** The newest `MAX_TRIGGERS` events, newest last: what the ledger and a postponed look remember. */
export function lastEvents<T extends { readonly eventTime: string }>(events: readonly T[]): readonly T[] {
  return events.toSorted((a, b) => Date.parse(a.eventTime) - Date.parse(b.eventTime)).slice(-MAX_TRIGGERS);
}

// --- internal ---

function summary(trigger: Trigger): SeenTrigger {
  const { eventId, eventName, eventTime, actor } = trigger;
  return { eventId, eventName, eventTime, actor: actor.arn ?? actor.invokedBy ?? actor.accountId };
}
