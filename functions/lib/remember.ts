import type { Fact } from "#core/fact";
import type { Cache } from "./cache.ts";

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
