import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { run } from "../cli/run.ts";
import { type LocalAws, startLocalAws } from "../sandbox/local-aws.ts";
import { bareOrganization } from "./bare/organization.ts";
import { buildPrograms } from "./bare/programs.ts";
import { inTurns, rowsOfTurns } from "./report/in-turns.ts";
import { report } from "./report/report.ts";
import { fillOrganization } from "./stage/members.ts";

/**
 * `bucketseal plan --all-accounts` over 20 accounts with 100 buckets each, against a bare client
 * that lists the accounts, assumes the same role in each and reads the same: calls from the call
 * log, and wall time, in turns, ROUNDS (default 5) times each way; medians. Once as programs and
 * once inside one process.
 *
 *     npm run bench:org-plan -- [ROUNDS] [--json]
 */
const rounds = Number(process.argv[2] ?? 5) || 5;
const ACCOUNTS = 20;
const BUCKETS = 100;
const WRONG = 2;
const GOAL = 1.2;
const ROLE = "bench/Audit";
const over = { over: `plan over ${ACCOUNTS} accounts with ${BUCKETS} buckets each`, goal: GOAL };

const policy = fileURLToPath(new URL("policy.yaml", import.meta.url));
const command = ["plan", "--policy", policy, "--all-accounts", "--role", ROLE, "--json"];
const programs = await buildPrograms();
const local = await startLocalAws();
try {
  const credentials = await fillOrganization(local.endpoint, {
    accounts: ACCOUNTS,
    buckets: BUCKETS,
    wrong: WRONG,
    role: ROLE,
  });
  useLocalAws(local, credentials);
  const asPrograms = await inTurns(
    local,
    rounds,
    async () => started(programs.cli, command),
    async () => started(programs.bareOrganization, [ROLE]),
  );
  const inside = await inTurns(local, rounds, planInside, async () => void (await bareOrganization(ROLE)));
  report(
    "org-plan",
    [
      ...rowsOfTurns({ ...over, how: "as programs, Node's start included" }, asPrograms),
      ...rowsOfTurns({ ...over, how: "inside one process" }, inside),
    ],
    [
      `${ACCOUNTS} accounts with ${BUCKETS} buckets each, ${WRONG} of them wrong in each, and the caller's own, which is empty; ${rounds} alternating rounds after a warm-up round; medians of the rounds' ratios and of the values; 16 parallel calls in each of 8 accounts for both.`,
      "The bare client lists the accounts, assumes the role in each, lists its buckets and reads the encryption of each; it judges nothing. plan also asks for its own identity and resolves each account's key.",
    ],
  );
} finally {
  await local.stop();
  await rm(programs.folder, { recursive: true });
}

// --- internal ---

function started(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status === 0 && Number(stdout) === ACCOUNTS * (BUCKETS - WRONG)) return;
  if (status === 2 && isRight(stdout)) return;
  throw new Error(`${program} exited with ${status}: ${stderr}${stdout.slice(0, 500)}`);
}

/** The CLI's output is kept from the terminal and checked instead. */
async function planInside(): Promise<void> {
  const { write } = process.stdout;
  let printed = "";
  process.stdout.write = (chunk: string | Uint8Array) => {
    printed += String(chunk);
    return true;
  };
  const status = await run(command).finally(() => {
    process.stdout.write = write;
  });
  if (status !== 2 || !isRight(printed)) throw new Error(`plan exited with ${status}: ${printed.slice(0, 500)}`);
}

function isRight(printed: string): boolean {
  const { summary } = JSON.parse(printed) as { summary: { buckets: number; change: number; refused: number } };
  const wanted = { buckets: ACCOUNTS * BUCKETS, change: ACCOUNTS * WRONG, refused: 0 };
  return Object.entries(wanted).every(([name, number]) => summary[name as keyof typeof summary] === number);
}

function useLocalAws({ endpoint }: LocalAws, credentials: Readonly<Record<string, string>>): void {
  Object.assign(process.env, credentials, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  });
}
