import { type ChildProcess, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { forkLocalAws, type Launch } from "./forked-local-aws.ts";
import { isAlive } from "./lock.ts";

/** The process of a local AWS, the leader of a process group. */
export interface LocalAwsProcess {
  readonly pid: number;
  hasEnded(): boolean;
  /** Why it could not be started, if so. */
  failure(): Error | undefined;
  /** Ends the whole process group: MiniStack and its Lambda workers. */
  end(): Promise<void>;
}

/** Starts a local AWS as a process that loads what it needs. */
export async function spawnedProcess({ executable, cwd, env, log }: Launch): Promise<LocalAwsProcess> {
  const file = await open(log, "a");
  const child = spawn(executable, ["-m", "local_aws"], {
    cwd,
    detached: true,
    env,
    stdio: ["pipe", file.fd, file.fd],
  });
  let failed: Error | undefined;
  child.once("error", (error) => {
    failed = error;
  });
  await file.close();
  const hasEnded = () => failed !== undefined || child.exitCode !== null || child.signalCode !== null;
  return { pid: child.pid ?? 0, hasEnded, failure: () => failed, end: () => end(child.pid, () => exited(child)) };
}

/** Starts a local AWS as a fork of a process that has loaded everything. */
export async function forkedProcess(launch: Launch): Promise<LocalAwsProcess> {
  const pid = await forkLocalAws(launch);
  const hasEnded = () => !isAlive(pid);
  const gone = async () => {
    while (!hasEnded()) await sleep(20, undefined, { ref: false });
  };
  return { pid, hasEnded, failure: () => undefined, end: () => end(pid, gone) };
}

// --- internal ---

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => child.once("exit", () => resolve()));
}

async function end(pid: number | undefined, gone: () => Promise<void>): Promise<void> {
  if (pid === undefined) return;
  signal(pid, "SIGTERM");
  await Promise.race([gone(), sleep(5_000, undefined, { ref: false })]);
  signal(pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // The group has no process left.
  }
}
