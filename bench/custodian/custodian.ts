import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { python } from "../../sandbox/python.ts";

/**
 * The account whose buckets it looks at: the root user of any account is a key of twelve digits.
 */
export interface CustodianTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
}

/**
 * Installs Cloud Custodian into an environment of its own, once, and returns a run of its policy
 * over an account.
 */
export async function custodian(): Promise<(target: CustodianTarget) => Promise<void>> {
  const bin = dirname(await python(fileURLToPath(new URL("requirements.txt", import.meta.url))));
  return async ({ endpoint, region, account }) => {
    const output = await mkdtemp(join(tmpdir(), "bucketseal-custodian-"));
    const env = {
      PATH: process.env.PATH,
      HOME: output,
      AWS_ENDPOINT_URL: endpoint,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    try {
      await run(join(bin, "custodian"), ["run", "--cache-period", "0", "-s", output, policy], { env });
    } finally {
      await rm(output, { recursive: true });
    }
  };
}

// --- internal ---

const run = promisify(execFile);
const policy = fileURLToPath(new URL("policy.yaml", import.meta.url));
