import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A lock that names nobody is half made, or was left half made, after this long. */
const NAMELESS_MS = 5_000;

/** How long to wait without a word. */
const PATIENCE_MS = 2_000;

export interface LockOptions {
  /** Ends the waiting, not the work. */
  readonly signal?: AbortSignal | undefined;
  /** Called once, with the process that holds the lock, when it takes a while. */
  readonly waiting?: ((pid: number) => void) | undefined;
}

/**
 * Runs `work` while holding a lock directory, so that processes side by side take turns. The lock
 * names its process: one that was left behind by a process that is gone is taken over at once.
 * @throws whatever `work` throws, an AbortError, and file system errors.
 */
export async function locked<T>(
  lock: string,
  work: () => Promise<T>,
  { signal, waiting }: LockOptions = {},
): Promise<T> {
  const began = Date.now();
  let isSaid = false;
  while (!(await taken(lock))) {
    await sleep(250, undefined, { signal });
    const pid = await holder(lock);
    if (!isSaid && pid !== null && Date.now() - began > PATIENCE_MS) {
      isSaid = true;
      waiting?.(pid);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

// --- internal ---

const NAME = "pid";

async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    await writeFile(join(lock, NAME), String(process.pid));
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  if (await isLeftBehind(lock)) await takeAway(lock);
  return false;
}

/** The process that holds the lock; `null`: none is named. */
async function holder(lock: string): Promise<number | null> {
  const pid = Number(await readFile(join(lock, NAME), "utf8").catch(() => ""));
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

async function isLeftBehind(lock: string): Promise<boolean> {
  const pid = await holder(lock);
  if (pid !== null) return !isAlive(pid);
  const made = await stat(lock).catch(() => null);
  return made !== null && Date.now() - made.mtimeMs > NAMELESS_MS;
}

/**
 * Moves the lock aside first: of several that find it left behind, one takes it away, and looks
 * again what it took.
 */
async function takeAway(lock: string): Promise<void> {
  const aside = `${lock}.${process.pid}`;
  const isMoved = await rename(lock, aside).then(
    () => true,
    () => false,
  );
  if (!isMoved) return;
  if (await isLeftBehind(aside)) return await rm(aside, { recursive: true, force: true });
  await rename(aside, lock).catch(() => rm(aside, { recursive: true, force: true }));
}
