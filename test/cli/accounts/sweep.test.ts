import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, expect, test } from "vitest";
import { saveAccount } from "#aws/members/accounts";
import { ALL_REGIONS } from "#aws/runs/items";
import { writeLast } from "#aws/runs/pointers";
import { putRun } from "#aws/runs/runs";
import type { Deployment } from "#core/stage/deployment";
import { noCounts } from "#core/sweep/counts";
import { newRun } from "#core/sweep/run";
import { account, cloud } from "../cloud.ts";
import { deployStage } from "../deploy-stage.ts";

const aws = cloud();
const [payroll, sales] = ["222233334444", "333344445555"];
let hub: Deployment;
const ledger = () => ({ dynamodb: aws.root().dynamodb, table: hub.ledgerTable });
const record = (changes: object) => {
  const put = { Name: "/bucketseal/hub/deployment", Value: JSON.stringify({ ...hub, ...changes }), Overwrite: true };
  return aws.root().ssm.send(new PutParameterCommand(put));
};

beforeAll(async () => {
  hub = await deployStage(aws.root(), account, "hub");
  const { iam } = aws.root();
  const policy = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const AssumeRolePolicyDocument = policy({
    Action: "sts:AssumeRole",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "hub-start", AssumeRolePolicyDocument }));
  const PolicyDocument = policy({ Action: "sqs:SendMessage", Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName: "hub-start", PolicyName: "own", PolicyDocument }));
  hub = { ...hub, startRoleArn: Role?.Arn ?? "", sweepQueueUrl: hub.eventQueueUrl };
});

test("a stage that is no hub, or a list that is none, is refused in one sentence", async () => {
  await record({});
  const { code, stderr } = await aws.run(["sweep", "--account", payroll]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^bucketseal: stage hub looks after this account and Region alone: [^\n]+\n$/);
  const wrong = await aws.run(["sweep", "--account", "payroll"]);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain("twelve digits");
});

test("--account follows the run of each account, and lists the one that cannot be entered", async () => {
  await record({ org: "on", organizationId: "o-a1b2c3d4e5", regions: "us-east-1,eu-west-1" });
  const running = aws.run(["sweep", "--account", `${payroll},${sales}`, "--json"]);
  const sent = new Set<string>();
  while (sent.size < 2) {
    const receive = new ReceiveMessageCommand({ QueueUrl: hub.eventQueueUrl, WaitTimeSeconds: 5 });
    for (const { Body = "{}", MessageId = "" } of (await aws.root().sqs.send(receive)).Messages ?? []) {
      const message = JSON.parse(Body);
      sent.add(message.account);
      if (message.account === sales) {
        await saveAccount(ledger(), sales, { enrolment: "not enrolled", why: "AssumeRole was denied" });
        continue;
      }
      const scope = { account: payroll, region: ALL_REGIONS };
      const run = newRun({ id: "run-1", kind: "sweep", by: message.by, message: MessageId }, Date.now());
      const counts = { ...noCounts, seen: 4, repaired: 1 };
      await putRun(ledger(), scope, { ...run, state: "done", batches: 1, done: 1, counts });
      const { id, by, started, touched: ended } = run;
      await writeLast(ledger(), scope, "sweep", { run: id, by, started, ended, counts });
    }
  }
  const { code, stdout } = await running;
  expect(JSON.parse(stdout)).toMatchObject({
    stage: "hub",
    counts: { seen: 4, repaired: 1 },
    accounts: [
      { account: payroll, run: "run-1", state: "done", joined: false },
      { account: sales, run: null, state: null, enrolment: "not enrolled", why: "AssumeRole was denied" },
    ],
  });
  expect(code).toBe(1);
}, 20_000);
