import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { run } from "../cli/run.ts";
import { type LocalAws, startLocalAws } from "../sandbox/local-aws.ts";
import { bareClient } from "./bare/client.ts";
import { buildPrograms } from "./bare/programs.ts";
import { inTurns, rowsOfTurns } from "./report/in-turns.ts";
import { report } from "./report/report.ts";
import { fillAccount } from "./stage/account.ts";

/**
 * `bucketseal plan` over 500 buckets, 100 of them wrong, against a bare client that lists and reads
 * the same: calls from the call log, and wall time, in turns, ROUNDS (default 9) times each way;
 * medians. Once as programs (including Node's start, both bundled the same way) and once inside one
 * process.
 *
 *     npm run bench:plan -- [ROUNDS] [--json]
 */
const rounds = Number(process.argv[2] ?? 9) || 9;
const BUCKETS = 500;
const WRONG = 100;
const GOAL = 1.2;
/** Measured on the same emulator; the ratios are to its own bare client. */
const CUSTODIAN = { calls: 11, ms: 15 };
const over = { over: `plan over ${BUCKETS} buckets`, goal: GOAL };

const policy = fileURLToPath(new URL("policy.yaml", import.meta.url));
const command = ["plan", "--policy", policy, "--json"];
const programs = await buildPrograms();
const local = await startLocalAws();
try {
  useLocalAws(local);
  await fillAccount(BUCKETS, WRONG);
  const asPrograms = await inTurns(
    local,
    rounds,
    async () => started(programs.cli, command),
    async () => started(programs.bare),
  );
  const inside = await inTurns(local, rounds, planInside, async () => void (await bareClient()));
  report(
    "plan",
    [
      ...rowsOfTurns({ ...over, how: "as programs, Node's start included", custodian: CUSTODIAN }, asPrograms),
      ...rowsOfTurns({ ...over, how: "inside one process" }, inside),
    ],
    [
      `${BUCKETS} buckets, ${WRONG} of them wrong; ${rounds} alternating rounds after a warm-up round; medians of the rounds' ratios and of the values; 16 parallel calls for both.`,
      "The bare client lists the buckets and reads the encryption of each; it judges nothing. plan also asks for its own identity and resolves the key.",
      `Cloud Custodian 0.9.53, dry run on the same emulator, against a bare client: ${CUSTODIAN.calls}x the calls and ${CUSTODIAN.ms}x the wall time.`,
    ],
  );
} finally {
  await local.stop();
  await rm(programs.folder, { recursive: true });
}

// --- internal ---

function started(program: string, args: readonly string[] = []): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status === 0 && Number(stdout) === BUCKETS - WRONG) return;
  if (status === 2 && isRight(stdout)) return;
  throw new Error(`${program} exited with ${status}: ${stderr}${stdout.slice(0, 500)}`);
}

/** The CLI's output is kept from the terminal and checked instead. */
async function planInside(): Promise<void> {
  const { write } = process.stdout;
  let printed = "";
  process.stdout.write = (text: string | Uint8Array) => {
    printed += String(text);
    return true;
  };
  const status = await run(command).finally(() => {
    process.stdout.write = write;
  });
  if (status !== 2 || !isRight(printed)) throw new Error(`plan exited with ${status}: ${printed.slice(0, 500)}`);
}

function isRight(printed: string): boolean {
  const { summary } = JSON.parse(printed) as { summary: { buckets: number; change: number } };
  return summary.buckets === BUCKETS && summary.change === WRONG;
}

function useLocalAws({ endpoint }: LocalAws): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  });
}
