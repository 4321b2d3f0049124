import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildFunctions } from "../scripts/build-functions.ts";

/**
 * The size of every function's bundle and the time a fresh Node takes to import it: our part of a
 * cold start. Each is imported by RUNS processes (default 15) one after the other, with the
 * environment that the stack sets; the median and the slowest count. Prints one line per function.
 *
 *     node bench/bundles.ts [RUNS]
 */
const GOAL_BYTES = 1_000_000;
const GOAL_MS = 250;
const runs = Number(process.argv[2] ?? 15);

const environment = {
  PATH: process.env.PATH,
  NODE_OPTIONS: "--enable-source-maps",
  AWS_REGION: "eu-west-1",
  AWS_LAMBDA_FUNCTION_NAME: "bench",
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  ACCOUNT_ID: "111122223333",
  POLICY_TABLE: "policy",
  LEDGER_TABLE: "ledger",
  TOPIC_ARN: "arn:aws:sns:eu-west-1:111122223333:alerts",
  PAUSE_PARAMETER: "/bucketseal/bench/writes",
  QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/111122223333/events",
  DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters",
  LANE_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/111122223333/lane",
  LANE_DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/111122223333/lane-dead-letters",
  SWEEP_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/111122223333/sweep",
  OWN_SESSION_PREFIX: "arn:aws:sts::111122223333:assumed-role/bucketseal/",
  MANAGE_NOTIFICATIONS: "off",
  HISTORY_DAYS: "400",
  OWN_ROLE_ARN: "arn:aws:iam::111122223333:role/bucketseal",
  COPY: "off",
  UPDATE_OBJECT_ENCRYPTION: "off",
  WINDOW_SECONDS: "60",
  AT_REST_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/111122223333/at-rest",
};

const folder = await mkdtemp(join(tmpdir(), "bucketseal-bundles-"));
try {
  for (const name of await buildFunctions(folder)) {
    const file = join(folder, name, "index.mjs");
    const { size } = await stat(file);
    const times = Array.from({ length: runs }, () => importTime(file)).sort((a, b) => a - b);
    const median = times[Math.floor(runs / 2)] ?? Number.NaN;
    console.log(
      `${name}: ${Math.round(size / 1000).toLocaleString("en")} KB (goal ${GOAL_BYTES / 1000}: ${metOrMissed(size <= GOAL_BYTES)}), ` +
        `cold import ${Math.round(median)} ms median, ${Math.round(times.at(-1) ?? 0)} ms slowest of ${runs} ` +
        `(goal ${GOAL_MS}: ${metOrMissed(median <= GOAL_MS)})`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}

// --- internal ---

function importTime(file: string): number {
  const script = `const begun=performance.now();await import(${JSON.stringify(pathToFileURL(file))});console.log(performance.now()-begun);process.exit()`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { env: environment }));
}

function metOrMissed(met: boolean): string {
  return met ? "met" : "missed";
}
