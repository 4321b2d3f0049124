import { SSMClient } from "@aws-sdk/client-ssm";
import { findDeployments } from "#aws/ssm/deployment";
import { readPause } from "#aws/ssm/pause";
import { codeBucketPrefix } from "#core/org/names";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { openSession } from "../../cli/session/session.ts";
import { options as readOptions } from "../../stacks/options.ts";
import { withOrgText } from "../../stacks/org/options.ts";
import { type Arguments, readArguments, USAGE } from "./arguments.ts";
import { asEnvironment, chosenOptions, optionLines } from "./chosen-options.ts";
import { DeployError } from "./deploy-error.ts";
import { checkQuotas } from "./quotas.ts";
import { run } from "./sst.ts";
import { firstFailure, readStack } from "./stack.ts";
import { takeAway } from "./take-away.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Deploys a stage: looks first, shows what it is about to do, deploys, and looks again. SST alone
 * returns 0 without a word where it has no credentials or where an option is wrong.
 * @throws DeployError, or whatever AWS answered, if nothing was deployed
 */
export async function deploy(
  args: readonly string[],
  environment: Environment,
  say: (line: string) => void,
): Promise<void> {
  const wanted = readArguments(args);
  if (wanted === null) return say(USAGE);
  checked(environment);
  const { region, account, arn } = await caller(wanted);
  const stages = await findDeployments(new SSMClient({ region }));
  refuseSecond(stages, wanted, account, region);
  const stack = await readStack(region, wanted.stage);
  const remembered = stack?.options ?? {};
  const options = chosenOptions(withOrgText(environment), remembered);
  const chosen = checked(asEnvironment(options));
  refuseElsewhere(chosen, region);
  const notes = await checkQuotas(region, chosen, checked(remembered));
  const paused = await pauseOf(region, stages, wanted.stage);
  say(`stage    ${wanted.stage}${stack === null ? " (new)" : ""} in ${region}, account ${account}`);
  say(`as       ${safe(arn)}`);
  const lines = optionLines(options, stack === null);
  say(lines.length === 0 ? "options  the defaults" : "options");
  for (const line of [...lines, ...notes]) say(line);
  if (paused !== null) say(`paused   ${safe(paused)}; a deployment does not change that`);

  const began = new Date();
  const id = began.toISOString();
  const isFirst = stages.every(({ stage }) => stage !== wanted.stage);
  const code = await runAll(wanted, region, {
    ...withoutOptions(environment),
    ...asEnvironment(options),
    BUCKETSEAL_DEPLOYMENT: id,
  });
  const deployed = (await findDeployments(new SSMClient({ region }))).find(({ stage }) => stage === wanted.stage);
  if (code !== 0 || deployed?.deployment !== id) {
    const cause = await firstFailure(region, wanted.stage, began);
    if (stack === null) await takeAway(region, wanted.stage);
    const why = cause === null ? "; .sst/debug.log has what SST and CDK did" : `: ${safe(cause, 600)}`;
    throw new DeployError(`nothing was deployed, sst deploy exited with ${code}${why}`);
  }
  await uploadCode(deployed, account, region, environment);
  say(`deployed stage ${wanted.stage}: /bucketseal/${wanted.stage}/deployment was written by this run`);
  if (isFirst) say(`next: npm run --silent bucketseal -- push POLICY.yaml --stage ${wanted.stage} --region ${region}`);
}

// --- internal ---

function checked(environment: Environment): ReturnType<typeof readOptions> {
  try {
    return readOptions(environment);
  } catch (error) {
    throw new DeployError(error instanceof Error ? error.message : String(error));
  }
}

async function caller({ region, profile }: Arguments): Promise<{ region: string; account: string; arn: string }> {
  const session = await openSession({ region, profile });
  return { region: session.region, ...(await session.identity()) };
}

function refuseElsewhere({ org }: ReturnType<typeof readOptions>, region: string): void {
  if (org === null || org.homeRegion === region) return;
  throw new DeployError(
    `BUCKETSEAL_ORG says homeRegion ${org.homeRegion}, and this is ${region}: deploy there with --region ${org.homeRegion}, or change the file`,
  );
}

function refuseSecond(stages: readonly Deployment[], wanted: Arguments, account: string, region: string): void {
  const other = stages.find(({ stage }) => stage !== wanted.stage);
  if (other === undefined || wanted.besideAnother) return;
  throw new DeployError(
    `stage ${safe(other.stage)} looks after account ${account} in ${region} already, and two stages would undo each other's work: deploy that one, or insist with --beside-another-stage`,
  );
}

/** Why writes are paused; `null`: they are not, or there is no such stage yet. */
async function pauseOf(region: string, stages: readonly Deployment[], stage: string): Promise<string | null> {
  const found = stages.find((each) => each.stage === stage);
  if (found === undefined) return null;
  const paused = await readPause(new SSMClient({ region }), found.pauseParameter);
  return paused.known ? paused.value : `the pause switch could not be read: ${paused.error.name}`;
}

async function runAll({ stage, profile }: Arguments, region: string, environment: Environment): Promise<number> {
  const built = await run(process.execPath, ["scripts/build-functions.ts"], environment);
  if (built !== 0) throw new DeployError("the functions could not be bundled: nothing was deployed");
  const chosen = profile === undefined ? [] : ["--profile", profile];
  return await run("sst", ["deploy", "--stage", stage, "--region", region, ...chosen], environment);
}

/** Members take the object function's code from a bucket that the stack made. */
async function uploadCode(
  { stage, objectCode }: Deployment,
  account: string,
  region: string,
  environment: Environment,
): Promise<void> {
  if (objectCode === undefined) return;
  const bucket = `${codeBucketPrefix(stage, account)}${region}`;
  const code = await run(process.execPath, ["scripts/upload-code.ts", bucket], { ...environment, AWS_REGION: region });
  if (code !== 0)
    throw new DeployError(`the stacks are deployed, and the object function's code is not in ${bucket}: deploy again`);
}

function withoutOptions(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("BUCKETSEAL_")));
}
