import { setTimeout as sleep } from "node:timers/promises";

/**
 * Calls `probe` until it returns something, and returns that; AWS is eventually consistent.
 * @throws {Error} Nothing came in time; the error names what was waited for.
 */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Timed out after ${timeoutMs} ms waiting for ${what}.`);
    await sleep(100);
  }
}
