/** Remembers answers for a limited time; failures are not remembered, and callers at the same time share one question. */
export class Cache<T> {
  readonly #maxAge: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly at: number; readonly value: Promise<T> }>();

  /** @param maxAge milliseconds an answer is good for */
  constructor(maxAge: number, now: () => number) {
    this.#maxAge = maxAge;
    this.#now = now;
  }

  /** The remembered answer if it is not older than `maxAge` milliseconds, else a new one. */
  get(key: string, ask: () => Promise<T>, maxAge: number = this.#maxAge): Promise<T> {
    const now = this.#now();
    const entry = this.#entries.get(key);
    if (entry !== undefined && now - entry.at <= maxAge) return entry.value;
    const value = ask();
    this.#entries.set(key, { at: now, value });
    value.catch(() => this.forget(key, value));
    return value;
  }

  /** Forgets an answer, if it still is this one. */
  forget(key: string, value: Promise<T>): void {
    if (this.#entries.get(key)?.value === value) this.#entries.delete(key);
  }
}
