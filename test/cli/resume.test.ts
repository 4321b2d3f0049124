import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, expect, test } from "vitest";
import { claimCurrent } from "#aws/runs/pointers";
import { moveRun, putRun } from "#aws/runs/runs";
import type { Deployment } from "#core/stage/deployment";
import { newRun, type Run } from "#core/sweep/run";
import { account, cloud } from "./cloud.ts";
import { deployStage } from "./deploy-stage.ts";

/** What `resume` does about a push that was halted. */
const aws = cloud();
const me = `arn:aws:iam::${account}:user/dana`;
const scope = { account, region: "us-east-1" };
let stage: Deployment;
let sweepQueueUrl: string;

const ledger = () => ({ dynamodb: aws.root().dynamodb, table: stage.ledgerTable });
const run = newRun({ id: "push-4-abc", kind: "push", by: me, message: "m", to: 4, from: [3] }, Date.now());

async function inState(to: Run["state"]): Promise<void> {
  await moveRun(ledger(), scope, run.id, { from: ["listing", "running", "halted"], to, now: Date.now(), batches: 7 });
}

async function sent(): Promise<readonly unknown[]> {
  const receive = new ReceiveMessageCommand({ QueueUrl: sweepQueueUrl, MaxNumberOfMessages: 10 });
  const { Messages = [] } = await aws.root().sqs.send(receive);
  return Messages.map(({ Body = "" }) => JSON.parse(Body));
}

beforeAll(async () => {
  const { sqs, iam, ssm } = aws.root();
  const deployed = await deployStage(aws.root(), account, "dev");
  sweepQueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: "dev-sweep" }))).QueueUrl ?? "";
  const RoleName = "dev-start";
  const statement = (rest: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...rest }] });
  const people = statement({ Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::${account}:root` } });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: people }));
  const PolicyDocument = statement({
    Action: "sqs:SendMessage",
    Resource: `arn:aws:sqs:us-east-1:${account}:dev-sweep`,
  });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  stage = { ...deployed, startRoleArn: Role?.Arn ?? "", sweepQueueUrl };
  const Value = JSON.stringify(stage);
  await ssm.send(
    new PutParameterCommand({ Name: "/bucketseal/dev/deployment", Value, Type: "String", Overwrite: true }),
  );
  await putRun(ledger(), scope, run);
  await claimCurrent(ledger(), scope, run, null);
});

test("a push that goes on by itself is left alone", async () => {
  await inState("running");
  const { code, stdout } = await aws.run(["resume", "--json"]);
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, run: null, paused: false });
  expect(await sent()).toEqual([]);
});

test("a push that was halted goes on, by a message in the name of who said so", async () => {
  await inState("halted");
  const { code, stdout } = await aws.run(["resume"]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "stage dev: writes are already allowed\nrun push-4-abc goes on: 0 of 7 batches are done\n",
  });
  expect(await sent()).toEqual([{ schema: "bucketseal.resume/1", kind: "push", by: me }]);
});

test("who may not assume the start role is told so, and nothing is sent", async () => {
  await inState("halted");
  const statements = [{ Effect: "Allow", Action: ["ssm:*", "dynamodb:*"], Resource: "*" }];
  const reader = await aws.user("reader", statements);
  const { code, stderr } = await aws.run(["resume"], { as: reader });
  expect(code).toBe(1);
  expect(stderr).toContain("start role");
  expect(await sent()).toEqual([]);
});
