/**
 * Keeps a value as the newest one of a map, and drops the oldest beyond `most`: a Map keeps the
 * order in which its keys were set.
 */
export function keepNewest<T>(kept: Map<string, T>, name: string, value: T, most: number): void {
  kept.delete(name);
  kept.set(name, value);
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
