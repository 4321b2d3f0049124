import { nameOf, unknownOrThrow } from "#aws/error";
import type { Fact } from "#core/fact";

/**
 * A read of AWS as a `Fact`: its value, a value of its own for errors that only say that something
 * is absent, or an unknown fact for any other permanent error.
 * @param what - the call, as error messages name it
 * @param absent - the value for each `error.name` that means "there is none"
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function fact<T>(
  what: string,
  read: () => Promise<T>,
  absent: Readonly<Record<string, NoInfer<T>>> = {},
): Promise<Fact<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    const name = nameOf(error);
    if (Object.hasOwn(absent, name)) return { known: true, value: absent[name] as T };
    return unknownOrThrow(error, what);
  }
}

/**
 * What AWS said, for those who cannot go on without it.
 * @throws its error, as it was, where it is unknown
 */
export function knownOrThrow<T>(fact: Fact<T>): T {
  if (fact.known) return fact.value;
  throw Object.assign(new Error(fact.error.message), { name: fact.error.name });
}
