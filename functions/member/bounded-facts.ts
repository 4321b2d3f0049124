import type { Fact } from "#core/fact";
import { keepNewest } from "./keep-newest.ts";

/**
 * Facts about many accounts, each kept for some minutes: an organization may have thousands. That
 * something is unknown is kept, too, for a shorter time, since AWS Organizations takes few calls a
 * second and every look at a bucket may ask; what failed for the moment is not kept.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
 */
export class BoundedFacts<T> {
  readonly #now: () => number;
  readonly #facts = new Map<string, { readonly at: number; readonly asked: Promise<Fact<T>>; isUnknown: boolean }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  async get(name: string, ask: () => Promise<Fact<T>>): Promise<Fact<T>> {
    const now = this.#now();
    const kept = this.#facts.get(name);
    if (kept !== undefined && now - kept.at <= (kept.isUnknown ? UNKNOWN_MS : KNOWN_MS)) return kept.asked;
    const entry = { at: now, asked: ask(), isUnknown: false };
    keepNewest(this.#facts, name, entry, MOST);
    try {
      const fact = await entry.asked;
      entry.isUnknown = !fact.known;
      return fact;
    } catch (error) {
      if (this.#facts.get(name) === entry) this.#facts.delete(name);
      throw error;
    }
  }
}

// --- internal ---

/** An account that was moved to another unit is judged anew after this time. */
const KNOWN_MS = 5 * 60_000;
const UNKNOWN_MS = 60_000;
/** Accounts to remember. */
const MOST = 2_000;
