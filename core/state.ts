import type { Alert } from "./alert.ts";
import type { BucketEncryption, Mode, Outcome, Trigger, WantedEncryption } from "./types.ts";

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
  /** ISO 8601: since when the outcome is what it is. */
  readonly since: string | null;
  readonly policyVersion: number | null;
  /** What was last told about this bucket; an equal one is not told again. */
  readonly told: string | null;
  /** A write that was begun: recorded before it, closed when its alert is in the outbox. */
  readonly intent: Intent | null;
  /** An alert that has yet to go out. */
  readonly outbox: Outbox | null;
  /** The last events about this bucket, newest last. */
  readonly triggers: readonly SeenTrigger[];
  /** ISO 8601: a new bucket is left alone until then. */
  readonly settleUntil: string | null;
  /** ISO 8601: Bucketseal's last verified write. */
  readonly lastWriteAt: string | null;
}

export interface Intent {
  readonly id: string;
  /** The message that began the write; another one keeps off until `expires`. */
  readonly owner: string;
  /** ISO 8601. */
  readonly expires: string;
  readonly rule: string | null;
  readonly mode: Mode;
  readonly before: BucketEncryption | null;
  readonly after: WantedEncryption;
  readonly reasons: readonly string[];
  readonly trigger: Trigger | null;
}

export interface Outbox {
  readonly alert: Alert;
  /** The message whose worker sends it; another one keeps off until `expires`, so that it goes out once. */
  readonly owner: string;
  /** ISO 8601. */
  readonly expires: string;
}

export interface SeenTrigger {
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
  intent: null,
  outbox: null,
  triggers: [],
  settleUntil: null,
  lastWriteAt: null,
};

/** The state with events added: each once, the newest `MAX_TRIGGERS` kept. */
export function withTriggers(state: BucketState, triggers: readonly Trigger[]): BucketState {
  const seen = new Set(state.triggers.map((trigger) => trigger.eventId));
  const fresh = triggers.filter((trigger) => !seen.has(trigger.eventId)).map(summary);
  return fresh.length === 0 ? state : { ...state, triggers: [...state.triggers, ...fresh].slice(-MAX_TRIGGERS) };
}

// --- internal ---

function summary(trigger: Trigger): SeenTrigger {
  const { eventId, eventName, eventTime, actor } = trigger;
  return { eventId, eventName, eventTime, actor: actor.arn ?? actor.invokedBy ?? actor.accountId };
}
