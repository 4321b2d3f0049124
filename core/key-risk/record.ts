import type { Alert } from "#core/alert/schema";
import type { KeyHealth } from "./health.ts";

/** What the ledger remembers of a key that is or was at risk. */
export interface KeyRecord {
  /** The ARN of the key or alias. */
  readonly arn: string;
  /** Counts the writes of this item; every write is conditional on it. */
  readonly rev: number;
  readonly kind: KeyHealth["kind"];
  readonly state: string;
  /** ISO 8601: since when. */
  readonly since: string;
  /** An alert that has not been sent yet. */
  readonly outbox: Alert | null;
  /** ISO 8601: until then the outbox is left to the instance that sends it; absent: to nobody. */
  readonly heldUntil?: string;
}

/** Whether an instance is sending the alert in the outbox right now. */
export function isBeingTold({ outbox, heldUntil }: KeyRecord, now: number): boolean {
  return outbox !== null && heldUntil !== undefined && Date.parse(heldUntil) > now;
}

/**
 * What is to be told of a key: that it is at risk, in another state than before, or that it can be
 * used again; `null`: nothing. A read that fails ends no risk: it is told by itself, once.
 */
export function toTell(known: KeyRecord | null, { kind, state }: KeyHealth): "stands" | "over" | null {
  if (kind === "usable") return known === null || known.kind === "usable" ? null : "over";
  if (kind === "unknown" && known?.kind === "at risk") return null;
  return known?.kind === kind && known.state === state ? null : "stands";
}
