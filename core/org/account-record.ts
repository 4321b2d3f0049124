import type { RunCounts } from "#core/sweep/counts";

/**
 * Whether the hub can act in an account. `not enrolled`: its member role cannot be assumed.
 * `unreachable`: the role can, and its buckets could not be listed. `suspended`: it is left out.
 */
type Enrolment = "enrolled" | "not enrolled" | "unreachable" | "suspended";

/** What the hub last knew of an account of its organization; `null`: not known, or never. */
export interface AccountRecord {
  readonly account: string;
  readonly name: string | null;
  /** As Organizations has it, such as `ACTIVE` or `PENDING_CLOSURE`. */
  readonly state: string | null;
  /** `null`: no sweep has looked yet. */
  readonly enrolment: Enrolment | null;
  /** Why the hub cannot act in it, for people. */
  readonly why: string | null;
  /** ISO 8601: since when `enrolment` is so. */
  readonly since: string | null;
  /** The message whose start last found that the hub cannot act in it: its sender need not wait. */
  readonly tried: string | null;
  /** Covered Regions that the account has not opted in to; nobody can have buckets there. */
  readonly notOptedIn: readonly string[];
  /** ISO 8601: when an event of the account last arrived. */
  readonly lastEvent: string | null;
  /** ISO 8601: when its last sweep ended. */
  readonly lastSweep: string | null;
  /** What that sweep found. */
  readonly counts: RunCounts | null;
}

/** An account that nothing is known of. */
export function newAccountRecord(account: string): AccountRecord {
  return {
    account,
    name: null,
    state: null,
    enrolment: null,
    why: null,
    since: null,
    tried: null,
    notOptedIn: [],
    lastEvent: null,
    lastSweep: null,
    counts: null,
  };
}
