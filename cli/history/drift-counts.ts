import type { EntryByTime } from "#aws/history/by-time";
import type { Outcome } from "#core/outcome";

/** How often something was the cause, of how many buckets, and when last (ISO 8601). */
export interface DriftCount {
  readonly name: string;
  readonly times: number;
  readonly buckets: number;
  readonly last: string;
}

export interface DriftCounts {
  readonly times: number;
  readonly buckets: number;
  /** Those of one role have one name, whatever its sessions are called. */
  readonly actors: readonly DriftCount[];
  /** The AWS services that called on an actor's behalf; `directly`: none did. */
  readonly services: readonly DriftCount[];
  readonly rules: readonly DriftCount[];
  readonly accounts: readonly DriftCount[];
}

/** Whether an entry is about a bucket that was not as declared. */
export function isDrift({ outcome }: Pick<EntryByTime, "outcome">): boolean {
  return DRIFT.has(outcome);
}

/** Counts who and what left buckets other than declared, most often first. */
export class DriftCounter {
  readonly #actors = new Map<string, Tally>();
  readonly #services = new Map<string, Tally>();
  readonly #rules = new Map<string, Tally>();
  readonly #accounts = new Map<string, Tally>();
  readonly #all = new Map<string, Tally>();

  add({ account, actor, through, rule, bucket, at }: EntryByTime): void {
    count(this.#all, "", bucket, at);
    count(this.#actors, actor === null ? "not known" : callerName(actor), bucket, at);
    count(this.#services, through ?? "directly", bucket, at);
    count(this.#rules, rule ?? "no rule", bucket, at);
    count(this.#accounts, account, bucket, at);
  }

  counts(): DriftCounts {
    const [{ times, buckets } = { times: 0, buckets: 0 }] = sorted(this.#all);
    return {
      times,
      buckets,
      actors: sorted(this.#actors),
      services: sorted(this.#services),
      rules: sorted(this.#rules),
      accounts: sorted(this.#accounts),
    };
  }
}

// --- internal ---

const DRIFT: ReadonlySet<Outcome> = new Set(["changed", "reported", "held", "contested", "failed"]);

interface Tally {
  times: number;
  readonly buckets: Set<string>;
  last: string;
}

function count(tallies: Map<string, Tally>, name: string, bucket: string, at: string): void {
  const tally = tallies.get(name) ?? { times: 0, buckets: new Set<string>(), last: at };
  tally.times += 1;
  tally.buckets.add(bucket);
  if (at > tally.last) tally.last = at;
  tallies.set(name, tally);
}

function sorted(tallies: ReadonlyMap<string, Tally>): DriftCount[] {
  return [...tallies]
    .map(([name, { times, buckets, last }]) => ({ name, times, buckets: buckets.size, last }))
    .sort((a, b) => b.times - a.times || (a.name < b.name ? -1 : 1));
}

/** `arn:aws:sts::111122223333:assumed-role/NAME/SESSION`: the session is any text. */
function callerName(arn: string): string {
  return arn.replace(/^(arn:[^:]+:sts::[^:]*:assumed-role\/[^/]+)\/.*$/s, "$1");
}
