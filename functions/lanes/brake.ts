import { metrics } from "../runtime/telemetry.ts";

/**
 * Stops looks at accounts in which calls fail for the moment, one after the other: an account that
 * is throttled, or whose Region is away, would else take the time of every other one's. After a
 * pause one look is tried, and if that fails, too, the next pause is twice as long.
 */
export class Brake {
  readonly #now: () => number;
  readonly #accounts = new Map<string, Braked>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds until an account may be looked at; 0: now. */
  secondsLeft(account: string): number {
    const until = this.#accounts.get(account)?.until ?? 0;
    return Math.max(0, Math.ceil((until - this.#now()) / 1000));
  }

  /** Notes what became of a look: whether it failed for the moment. */
  note(account: string, hasFailed: boolean): void {
    if (!hasFailed) {
      this.#accounts.delete(account);
      return;
    }
    const { failures = 0, pause = FIRST_MS, until = 0 } = this.#accounts.get(account) ?? {};
    const isOn = failures + 1 >= FAILURES;
    // Looks that were under way when it went on say nothing new.
    if (this.#now() < until) return;
    if (!isOn) this.#accounts.set(account, { failures: failures + 1, pause, until });
    else {
      metrics.addMetric("AccountsBraked", "Count", 1);
      this.#accounts.set(account, { failures, pause: Math.min(LONGEST_MS, pause * 2), until: this.#now() + pause });
    }
    const [oldest] = this.#accounts.keys();
    if (this.#accounts.size > MOST && oldest !== undefined) this.#accounts.delete(oldest);
  }
}

// --- internal ---

interface Braked {
  readonly failures: number;
  /** Milliseconds of the next pause. */
  readonly pause: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Looks of an account that may fail in a row. */
const FAILURES = 4;
const FIRST_MS = 15_000;
const LONGEST_MS = 300_000;
/** Accounts to remember. */
const MOST = 1_000;
