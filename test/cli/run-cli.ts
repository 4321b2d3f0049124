import { spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Presses Ctrl-C once this is done. */
  readonly interrupt?: Promise<unknown>;
}

/**
 * The CLI to run: its sources, or its bundle where `npm test` made one, which starts in half the
 * time.
 */
export const main = process.env.BUCKETSEAL_CLI ?? join(import.meta.dirname, "../../cli/main.ts");

/** What a thread that has loaded the CLI is asked for. */
export interface ThreadOrder {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs the CLI without the caller's AWS settings: as a process of its own or, where many command
 * lines are run and each is short, in a thread that has loaded it before.
 */
export function runCli(args: readonly string[], { env = {}, stdin = "", interrupt }: RunOptions = {}): Promise<CliRun> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(AWS_|BUCKETSEAL|NO_COLOR|NODE_OPTIONS)/.test(name) ? [] : [[name, value] as const],
  );
  const whole = {
    ...Object.fromEntries(inherited),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    ...env,
  };
  const isPlain = stdin === "" && interrupt === undefined && env.NODE_OPTIONS === undefined;
  const isForThread = process.env.BUCKETSEAL_CLI_THREADS === "on" && isPlain;
  return isForThread ? runInThread({ args, env: whole }) : runProgram(args, whole, { stdin, interrupt });
}

/** Writes a file with this content into a directory of its own and returns its path. */
export async function tempFile(content: string | Uint8Array, name = "policy.yaml"): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "bucketseal-cli-")), name);
  await writeFile(path, content);
  return path;
}

// --- internal ---

/** Threads that wait for their next command line. */
const idle: Worker[] = [];

function runInThread(order: ThreadOrder): Promise<CliRun> {
  const thread = idle.pop() ?? new Worker(new URL("../support/cli-thread.ts", import.meta.url));
  thread.ref();
  return new Promise<CliRun>((resolve, reject) => {
    thread.once("error", reject);
    thread.once("message", (result: CliRun) => {
      thread.off("error", reject);
      thread.unref();
      idle.push(thread);
      resolve(result);
    });
    thread.postMessage(order);
  });
}

function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { stdin, interrupt }: { readonly stdin: string; readonly interrupt: Promise<unknown> | undefined },
): Promise<CliRun> {
  const child = spawn(process.execPath, [main, ...args], { env });
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  void interrupt?.then(() => child.kill("SIGINT"));
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
