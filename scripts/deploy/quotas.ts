import { CloudTrailClient, DescribeTrailsCommand } from "@aws-sdk/client-cloudtrail";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Options } from "../../stacks/options.ts";
import { DeployError } from "./deploy-error.ts";
import { tooFewExecutions } from "./executions.ts";

/** Trails of a Region; AWS raises this quota for nobody. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const MAX_TRAILS = 5;

/**
 * Looks at the quotas that a deployment would run into late: Lambda's concurrency and the number of
 * trails. Returns what could not be looked at; what was not looked at stops nothing.
 * @throws DeployError where a quota would be exceeded
 */
export async function checkQuotas(
  region: string,
  options: Options,
  before: Pick<Options, "trail" | "dataTrail">,
): Promise<string[]> {
  const trails =
    Number(options.trail === "create" && before.trail !== "create") +
    Number(options.dataTrail === "create" && before.dataTrail !== "create");
  const notes = await Promise.all([
    noted("lambda:GetAccountSettings", () => concurrency(region, options)),
    trails === 0 ? null : noted("cloudtrail:DescribeTrails", () => trailsLeft(region, trails)),
  ]);
  return notes.filter((note) => note !== null);
}

// --- internal ---

async function concurrency(region: string, options: Options): Promise<void> {
  const { AccountLimit } = await new LambdaClient({ region }).send(new GetAccountSettingsCommand());
  const problem = tooFewExecutions(AccountLimit?.UnreservedConcurrentExecutions, options);
  if (problem !== null) throw new DeployError(`in ${region}, ${problem}`);
}

async function trailsLeft(region: string, wanted: number): Promise<void> {
  const { trailList = [] } = await new CloudTrailClient({ region }).send(new DescribeTrailsCommand());
  if (trailList.length + wanted <= MAX_TRAILS) return;
  throw new DeployError(
    `${region} has ${trailList.length} trails, ${wanted} more are wanted, and CloudTrail takes ${MAX_TRAILS}: use one of them (BUCKETSEAL_TRAIL=existing, BUCKETSEAL_DATA_TRAIL=existing)`,
  );
}

async function noted(action: string, look: () => Promise<void>): Promise<string | null> {
  try {
    await look();
    return null;
  } catch (error) {
    if (error instanceof DeployError) throw error;
    return `could not look at a quota: ${action} failed (${error instanceof Error ? error.name : "unknown"})`;
  }
}
