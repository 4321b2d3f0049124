import { join } from "node:path";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { ListEventSourceMappingsCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { GetParametersByPathCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../../sandbox/command.ts";
import { locked } from "../../sandbox/lock.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { root } from "../../scripts/docs/pages.ts";
import { type Clients, clients } from "../support/local-aws/clients.ts";
import { isSoak } from "../support/soak.ts";

/**
 * The pages' claims about what is left after a deployment's removal, checked on one, which takes a
 * sandbox of its own.
 */
let sandbox: Sandbox;
let aws: Clients;

describe.runIf(isSoak)("a deployment", () => {
  beforeAll(async () => {
    sandbox = await startSandbox();
    const { endpoint, credentials } = sandbox.outputs;
    aws = clients({ endpoint, credentials });
  }, 120_000);
  afterAll(async () => await sandbox?.stop());

  test("that is removed loses what runs and keeps what holds data, as docs/deploy.md says", async () => {
    const kept = await holders();
    expect(kept).toEqual({ tables: 2, queues: 15, topics: 2 });
    expect(await runners()).toEqual({ functions: 5, mappings: 7, rules: 5, parameters: 2 });

    await remove();

    expect(await rolesOfTheStack()).toEqual([]);
    expect(await runners()).toEqual({ functions: 0, mappings: 0, rules: 0, parameters: 0 });
    expect(await holders()).toEqual(kept);
  }, 120_000);
});

const PREFIX = "sandbox-bucketseal-Hub-";

function ours(names: readonly (string | undefined)[]): string[] {
  return names.flatMap((name) => (name?.includes(PREFIX) === true ? [name] : []));
}

/** Roles by the names that the stack gives them: the part before CloudFormation's own letters. */
async function rolesOfTheStack(): Promise<string[]> {
  const { Roles = [] } = await aws.iam.send(new ListRolesCommand({ MaxItems: 1000 }));
  return ours(Roles.map(({ RoleName }) => RoleName)).map(
    (name) => /^[A-Za-z]+?Role(?=[0-9A-F]{8})/.exec(name.slice(PREFIX.length))?.[0] ?? name,
  );
}

async function runners(): Promise<Record<string, number>> {
  const { Functions = [] } = await aws.lambda.send(new ListFunctionsCommand());
  const { EventSourceMappings = [] } = await aws.lambda.send(new ListEventSourceMappingsCommand());
  const { Rules = [] } = await aws.events.send(new ListRulesCommand());
  const parameters = new GetParametersByPathCommand({ Path: "/bucketseal", Recursive: true });
  return {
    functions: ours(Functions.map(({ FunctionName }) => FunctionName)).length,
    mappings: ours(EventSourceMappings.map(({ FunctionArn }) => FunctionArn)).length,
    rules: ours(Rules.map(({ Name }) => Name)).length,
    parameters: (await aws.ssm.send(parameters)).Parameters?.length ?? 0,
  };
}

async function holders(): Promise<Record<string, number>> {
  const { TableNames = [] } = await aws.dynamodb.send(new ListTablesCommand());
  const { QueueUrls = [] } = await aws.sqs.send(new ListQueuesCommand());
  const { Topics = [] } = await aws.sns.send(new ListTopicsCommand());
  return {
    tables: ours(TableNames).length,
    queues: ours(QueueUrls).length,
    topics: ours(Topics.map(({ TopicArn }) => TopicArn)).length,
  };
}

/** `sst remove`, one at a time: SST writes into the repository. */
async function remove(): Promise<void> {
  const { endpoint, region, stage, credentials } = sandbox.outputs;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
    SST_TELEMETRY_DISABLED: "1",
    CI: "true",
  };
  await locked(join(root, ".sandbox", "deploy.lock"), async () => {
    await command("sst", ["remove", "--stage", stage], { cwd: root, env });
  });
}
