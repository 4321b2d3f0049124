import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { TestProject } from "vitest/node";
import { startLocalAws } from "../../../sandbox/local-aws.ts";
import { clients } from "./clients.ts";
import { sweep } from "./sweep.ts";

/** One local AWS for all conformance tests; each file has an account of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env.BUCKETSEAL_TEST_AWS === "1") return await sweepAws();
  const local = await startLocalAws();
  project.provide("endpoint", local.endpoint);
  return () => local.stop();
}

// --- internal ---

/** A run takes minutes: what is older was left by one that died, and is not another's at work. */
const LEFT_MS = 2 * 3_600_000;

/** Sweeps the account before the run, and what the run itself left after it. */
async function sweepAws(): Promise<() => Promise<void>> {
  const aws = clients({});
  const { Account = "" } = await aws.sts.send(new GetCallerIdentityCommand({}));
  const started = Date.now();
  const swept = async (before: number, from = 0) => {
    const names = await sweep(aws, Account, { from, before });
    if (names.length > 0) process.stdout.write(`swept from account ${Account}:\n  ${names.join("\n  ")}\n`);
  };
  await swept(started - LEFT_MS);
  return () => swept(Number.POSITIVE_INFINITY, started);
}
