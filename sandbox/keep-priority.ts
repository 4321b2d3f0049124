import { writeFile } from "node:fs/promises";
import { getPriority } from "node:os";

/**
 * Gives a session that this process has started its own niceness. Linux shares the processors out
 * among sessions first: a new session competes as an equal however nice its processes are.
 * https://man7.org/linux/man-pages/man7/sched.7.html (the autogroup feature)
 */
export async function keepPriority(pid: number): Promise<void> {
  const niceness = getPriority();
  // Elsewhere there is no such file, and nothing to do.
  if (niceness > 0) await writeFile(`/proc/${pid}/autogroup`, String(niceness)).catch(() => undefined);
}
