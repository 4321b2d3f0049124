import type { Alert } from "#core/alert/schema";
import { cut, longest } from "#core/cut";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { Mode, Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { safeAgain } from "#core/safe";
import type { Writes } from "./breaker.ts";
import type { Drift, DriftWindow } from "./drift.ts";
import type { Fold } from "./fold.ts";

/** What the ledger remembers of one bucket: the `STATE` item. */
export interface BucketState extends Writes {
  /** Counts the writes of this item; every write is conditional on it. 0: never written. */
  readonly rev: number;
  readonly outcome: Outcome | null;
  readonly rule: string | null;
  readonly exemption: string | null;
  readonly mode: Mode | null;
  readonly observed: BucketEncryption | null;
  readonly reasons: readonly string[];
  /** ISO 8601: since when the outcome, and what was reported of it, are unchanged. */
  readonly since: string | null;
  readonly policyVersion: number | null;
  /** The fingerprint of the last report that still applies; an equal one is not reported again. */
  readonly told: string | null;
  /** The culprit of a violation that still applies. */
  readonly blamed: Trigger | null;
  /** A started write: recorded before it is sent, closed when its alert is in the outbox. */
  readonly intent: Intent | null;
  /** An alert that has not been sent yet. */
  readonly outbox: Outbox | null;
  /** The newest events about this bucket, by their own time, newest last. */
  readonly triggers: readonly SeenTrigger[];
  /** ISO 8601: a new bucket settles until then. */
  readonly settleUntil: string | null;
  /** ISO 8601: when Bucketseal's last verified write was sent. */
  readonly lastWriteAt: string | null;
  /**
   * ISO 8601: when the bucket is looked at by itself, without an event; absent or `null`: never.
   */
  readonly due?: string | null;
  /** What a person restored. */
  readonly exemptUntil?: Restored | null;
  /** The drift that was seen last and has not ended: nothing was written then. */
  readonly drifting?: Drift | null;
  /**
   * Windows in which objects were written under a wrong KMS default, newest last: they have to be
   * found and re-encrypted.
   */
  readonly driftWindows: readonly DriftWindow[];
  /** The write that somebody else's policy refused last; it is not tried again unchanged. */
  readonly refused?: RefusedWrite | null;
  /** What each actor keeps doing to the bucket, and what of it was not told again. */
  readonly folded?: readonly Fold[];
}

export interface Intent {
  readonly id: string;
  /** The look that started the write; others wait until `expires`. */
  readonly owner: string;
  /** ISO 8601: when it started. */
  readonly at: string;
  /** ISO 8601. */
  readonly expires: string;
  readonly rule: string | null;
  readonly mode: Mode;
  readonly before: BucketEncryption | null;
  readonly after: WantedEncryption;
  readonly reasons: readonly string[];
  readonly trigger: Trigger | null;
  /** The drift that the write ends, if any. */
  readonly drift?: Drift;
  /** S3 took the write, but the bucket could not be read after it; absent: that is not known. */
  readonly isTaken?: true;
}

/** A write that an explicit deny refused. */
export interface RefusedWrite {
  /** ISO 8601. */
  readonly at: string;
  readonly before: BucketEncryption | null;
  readonly after: WantedEncryption;
  readonly policyVersion: number;
  /** What was told of it. */
  readonly text: string;
}

/** What a person restored: a bucket is exempt while it shows this very configuration. */
export interface Restored {
  readonly shown: WantedEncryption;
  /** ISO 8601. */
  readonly until: string;
  /** The ARN of who did it. */
  readonly by: string;
  readonly why: string | null;
}

export interface Outbox {
  readonly alert: Alert;
  /** The look that sends it; others wait until `expires`, so that it is sent once. */
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

/** The state of a bucket that has had no look yet. */
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

/** The state with events added, without duplicates, keeping the newest `MAX_TRIGGERS`. */
export function withTriggers(state: BucketState, triggers: readonly Trigger[]): BucketState {
  const seen = new Set(state.triggers.map((trigger) => trigger.eventId));
  const fresh = triggers.filter((trigger) => !seen.has(trigger.eventId)).map(summary);
  return { ...state, triggers: lastEvents([...state.triggers, ...fresh]) };
}

/**
 * The newest `MAX_TRIGGERS` events, newest last: those kept by the ledger and by a postponed look.
 */
export function lastEvents<T extends { readonly eventTime: string }>(events: readonly T[]): readonly T[] {
  return events.toSorted((a, b) => Date.parse(a.eventTime) - Date.parse(b.eventTime)).slice(-MAX_TRIGGERS);
}

/**
 * An event as the ledger keeps it to tell who is to blame: without the tags that it put, which are
 * up to 57 KB and only steer its own look.
 */
export function withoutTags(trigger: Trigger | null): Trigger | null {
  return trigger?.requested?.kind === "tags" ? { ...trigger, requested: null } : trigger;
}

/** The sentences of reasons as the ledger keeps them: as the alert shows them. */
export function textsOf(reasons: readonly Reason[]): readonly string[] {
  return reasons.map(({ text }) => safeAgain(text));
}

// --- internal ---

function summary(trigger: Trigger): SeenTrigger {
  const { eventId, eventName, eventTime, actor } = trigger;
  const name = actor.arn ?? actor.invokedBy ?? actor.accountId;
  return { eventId, eventName, eventTime, actor: name === null ? null : cut(name, longest.name) };
}
