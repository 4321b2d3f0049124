import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";

/** How a local AWS is started. */
export interface Launch {
  /** Python. */
  readonly executable: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The file for its output. */
  readonly log: string;
}

/**
 * Forks a local AWS from a process that has loaded everything, one for each calling process: a
 * start then costs a tenth of the processor time. Forks end with the process that asked for them.
 * @returns the fork's process id, the leader of a process group.
 * @throws Error if the process that forks has ended.
 */
export function forkLocalAws(launch: Launch): Promise<number> {
  loaded ??= load(launch);
  const { child, lines } = loaded;
  // One order after the other: the answers come in their order.
  const forked = last.then(async () => {
    child.stdin?.write(`${JSON.stringify({ cwd: launch.cwd, log: launch.log, env: launch.env })}\n`);
    const answered = new AbortController();
    const { signal } = answered;
    const line = await Promise.race([
      once(lines, "line", { signal }).then(([text]) => Number(text)),
      once(lines, "close", { signal }).then(() => undefined),
    ]).finally(() => answered.abort());
    if (line === undefined) throw new Error("the process that forks local AWSs has ended");
    return line;
  });
  last = forked.catch(() => undefined);
  return forked;
}

// --- internal ---

interface Loaded {
  readonly child: ChildProcess;
  /** What it answers. */
  readonly lines: Interface;
}

let loaded: Loaded | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Does not keep the calling process from ending. */
function load({ executable, env }: Launch): Loaded {
  const child = spawn(executable, ["-m", "local_aws.boot.forks"], { env, stdio: ["pipe", "pipe", "ignore"] });
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as Socket).unref();
  return { child, lines: createInterface({ input: child.stdout }) };
}
