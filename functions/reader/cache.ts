import type { Fact } from "#core/fact";

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

/**
 * A remembered fact that is not older than `age` milliseconds, else a new one. Only what was read and is there is remembered: what is
 * missing may be made at any time, and whoever makes it need not wait.
 */
export async function remember<T>(
  cache: Cache<Fact<T>>,
  name: string,
  ask: () => Promise<Fact<T>>,
  age: number,
): Promise<Fact<T>> {
  const asked = cache.get(name, ask, age);
  const fact = await asked;
  if (!fact.known || fact.value === null) cache.forget(name, asked);
  return fact;
}

/** Asks once for each name and remembers the answer for as long as the function that is answered lives; a failure is asked again. */
export function once<T>(): (name: string, ask: () => Promise<T>) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (name, ask) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = ask();
    answers.set(name, answer);
    answer.catch(() => answers.delete(name));
    return answer;
  };
}
