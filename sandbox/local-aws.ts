import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { keepPriority } from "./keep-priority.ts";
import { forkedProcess, type LocalAwsProcess, spawnedProcess } from "./local-aws-process.ts";
import { freePort } from "./port.ts";
import { python, SandboxError } from "./python.ts";

/** Start options; all have defaults. */
export interface LocalAwsOptions {
  /** The port to listen on; default: a free one. */
  port?: number | undefined;
  /** The file the call log is appended to; default: `calls.jsonl` in `dir`. */
  callLog?: string | undefined;
  /**
   * A directory for the log and temporary files, kept afterwards; default: a new one that is
   * removed at the end.
   */
  dir?: string | undefined;
  /**
   * Forks it from a process that has loaded everything, for who starts many of them; default: no.
   */
  forked?: boolean | undefined;
}

/** A running local AWS. */
export interface LocalAws {
  /** Its URL, for `AWS_ENDPOINT_URL`. */
  endpoint: string;
  /** The port it listens on. */
  port: number;
  /** The call log: one JSON line for each AWS call. */
  callLog: string;
  /** Its process, the leader of a process group. */
  pid: number;
  /** Ends it with everything it started. */
  stop(): Promise<void>;
}

/**
 * Starts the local AWS on 127.0.0.1 and waits until it is ready: IAM enforced, by default Region
 * us-east-1 and account 000000000000. Access key `test` with secret `test` is the root user; a key
 * of twelve digits is the root user of that account. It ends with the process that started it.
 * @throws {SandboxError} Python is missing or too old, the port is taken, or the local AWS ended at
 *   once.
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const port = await freePort(options.port);
  const executable = await python();
  if (options.dir !== undefined) await mkdir(options.dir, { recursive: true });
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "bucketseal-local-aws-")));
  const callLog = options.callLog ?? join(dir, "calls.jsonl");
  const endpoint = `http://127.0.0.1:${port}`;
  await mkdir(join(dir, "tmp"), { recursive: true });
  const log = join(dir, "local-aws.log");
  const launch = { executable, cwd: dir, env: environment(port, endpoint, callLog, join(dir, "tmp")), log };
  const local = options.forked === true ? await forkedProcess(launch) : await spawnedProcess(launch);
  if (local.pid !== 0) await keepPriority(local.pid);
  const stop = async () => {
    await local.end();
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await healthy(local, endpoint, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, port, callLog, pid: local.pid, stop };
}

// --- internal ---

const root = fileURLToPath(new URL("..", import.meta.url));
const startTimeoutMs = 60_000;

function environment(port: number, endpoint: string, callLog: string, temporary: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  const nodes = [join(root, "node_modules", ".bin"), join(root, "node_modules", "node", "bin")];
  return {
    ...Object.fromEntries(inherited),
    AUTH: "true",
    AWS_ENDPOINT_URL: endpoint,
    BIND_HOST: "127.0.0.1",
    CALL_LOG: callLog,
    GATEWAY_PORT: String(port),
    LOCAL_AWS_WATCH_STDIN: "1",
    MINISTACK_REGION: "us-east-1",
    PATH: [...nodes, process.env.PATH ?? ""].join(delimiter),
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONPATH: join(root, "sandbox"),
    TMPDIR: temporary,
  };
}

async function healthy(local: LocalAwsProcess, endpoint: string, log: string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && !local.hasEnded()) {
    const answer = await fetch(`${endpoint}/_ministack/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(50);
  }
  const failed = local.failure();
  const lines = (await readFile(log, "utf8").catch(() => "")).trim().split("\n");
  const reason = failed?.message ?? lines.at(-1) ?? "it said nothing";
  throw new SandboxError(`The local AWS did not start (${reason}).`, failed === undefined ? {} : { cause: failed });
}
