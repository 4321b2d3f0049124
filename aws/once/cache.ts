import type { Fact } from "#core/fact";

/** A cache for a limited time. Failures are not cached, and parallel callers share one call. */
export class Cache<T> {
  readonly #maxAge: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly at: number; readonly value: Promise<T> }>();

  /** @param maxAge - milliseconds for which a value is good */
  constructor(maxAge: number, now: () => number) {
    this.#maxAge = maxAge;
    this.#now = now;
  }

  /** The cached value if it is not older than `maxAge` milliseconds, else a new one. */
  get(key: string, ask: () => Promise<T>, maxAge: number = this.#maxAge): Promise<T> {
    const now = this.#now();
    const entry = this.#entries.get(key);
    if (entry !== undefined && now - entry.at <= maxAge) return entry.value;
    const value = ask();
    this.#entries.set(key, { at: now, value });
    value.catch(() => this.forget(key, value));
    return value;
  }

  /** Drops a value, unless a newer one has replaced it. */
  forget(key: string, value: Promise<T>): void {
    if (this.#entries.get(key)?.value === value) this.#entries.delete(key);
  }
}

/**
 * A cached fact that is not older than `age` milliseconds, else a new one. Only present values are
 * cached: something missing may be created at any moment.
 */
export async function cachedFact<T>(
  cache: Cache<Fact<T>>,
  key: string,
  ask: () => Promise<Fact<T>>,
  age: number,
): Promise<Fact<T>> {
  const asked = cache.get(key, ask, age);
  const fact = await asked;
  if (!fact.known || fact.value === null) cache.forget(key, asked);
  return fact;
}

/**
 * A function that calls `ask` once per key and keeps the result for its own lifetime; failures are
 * retried.
 */
export function askOnce<T>(): (key: string, ask: () => Promise<T>) => Promise<T> {
  const cache = new Cache<T>(Number.POSITIVE_INFINITY, () => 0);
  return (key, ask) => cache.get(key, ask);
}
