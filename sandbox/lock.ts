import { mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const staleAfterMs = 10 * 60_000;

/**
 * A mutex between processes: runs `work` while holding a lock directory. A lock left by a dead
 * process is taken over.
 * @throws whatever `work` throws, and file system errors.
 */
export async function locked<T>(lock: string, work: () => Promise<T>): Promise<T> {
  while (!(await taken(lock))) await sleep(250);
  const alive = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => undefined), 30_000);
  try {
    return await work();
  } finally {
    clearInterval(alive);
    await rm(lock, { recursive: true, force: true });
  }
}

// --- internal ---

async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const age = await stat(lock).then(
    (found) => Date.now() - found.mtimeMs,
    () => 0,
  );
  if (age > staleAfterMs) {
    const stale = `${lock}.${process.pid}`;
    await rename(lock, stale).catch(() => undefined);
    await rm(stale, { recursive: true, force: true });
  }
  return false;
}
