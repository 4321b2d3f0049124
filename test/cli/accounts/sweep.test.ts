import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, expect, test } from "vitest";
import { saveAccount } from "#aws/members/accounts";
import { ALL_REGIONS } from "#aws/runs/items";
import { claimCurrent, writeLast } from "#aws/runs/pointers";
import { putRun, readRun } from "#aws/runs/runs";
import type { Deployment } from "#core/stage/deployment";
import { noCounts } from "#core/sweep/counts";
import { newRun } from "#core/sweep/run";
import { account, cloud } from "../cloud.ts";
import { deployStage } from "../deploy-stage.ts";
import { organization } from "./organization.ts";

const aws = cloud();
const [payroll, sales, away] = ["222233334444", "333344445555", "444455556666"];
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

/** What the sweep function is sent, as it arrives. */
async function sent(): Promise<{ readonly id: string; readonly account: string; readonly by: string }> {
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl: hub.eventQueueUrl, WaitTimeSeconds: 5 });
    const [message] = (await aws.root().sqs.send(receive)).Messages ?? [];
    if (message === undefined) continue;
    const { QueueUrl, ReceiptHandle } = { QueueUrl: hub.eventQueueUrl, ReceiptHandle: message.ReceiptHandle };
    await aws.root().sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return { ...JSON.parse(message.Body ?? "{}"), id: message.MessageId ?? "" };
  }
}

/** Ends the run of the hub's own home place, as the sweep function does. */
async function atHome({ id, by }: Awaited<ReturnType<typeof sent>>): Promise<void> {
  const scope = { account, region: "us-east-1" };
  const run = newRun({ id: `home-${id}`, kind: "sweep", by, message: id }, Date.now());
  await putRun(ledger(), scope, { ...run, state: "done" });
  const { started, touched: ended } = run;
  await writeLast(ledger(), scope, "sweep", { run: run.id, by, started, ended, counts: noCounts });
}

/** Begins a run in an account, as the sweep function does. */
async function begin(of: string, message: Awaited<ReturnType<typeof sent>>, id: string): Promise<void> {
  const scope = { account: of, region: ALL_REGIONS };
  const run = newRun({ id, kind: "sweep", by: message.by, message: message.id }, Date.now());
  await putRun(ledger(), scope, { ...run, state: "running", batches: 3 });
  await claimCurrent(ledger(), scope, run, null);
}

const isHub = () => record({ org: "on", organizationId: "o-a1b2c3d4e5", regions: "us-east-1,eu-west-1" });

test("an account that stays not enrolled is not waited for, once the start has come to it", async () => {
  await isHub();
  const known = { enrolment: "not enrolled", why: "AssumeRole was denied" } as const;
  await saveAccount(ledger(), away, known);
  for (const flag of [["--account", away], ["--all-accounts"]]) {
    const running = aws.run(["sweep", ...flag, "--json"]);
    const message = await sent();
    await saveAccount(ledger(), away, { ...known, tried: message.id });
    if (message.account === "all") await atHome(message);
    const { code, stdout } = await running;
    const all = JSON.parse(stdout).accounts as { readonly account: string; readonly state: string | null }[];
    expect(all.find((each) => each.account === away)).toMatchObject({ state: null, ...known });
    expect(code).toBe(1);
  }
}, 40_000);

test("--account follows the run of each account, and lists the one that cannot be entered", async () => {
  await isHub();
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

test("--detach ends once each account has begun, and Ctrl-C leaves what was begun as it is", async () => {
  await isHub();
  const running = aws.run(["sweep", "--account", "555566667777", "--detach", "--json"]);
  const message = await sent();
  expect(message).toMatchObject({ schema: "bucketseal.start/1", account: "555566667777" });
  await begin("555566667777", message, "detached");
  const { code, stdout } = await running;
  expect(JSON.parse(stdout).accounts).toMatchObject([{ run: "detached", state: "running", joined: false }]);
  expect(code).toBe(0);

  const begun = sent().then((start) => begin("666677778888", start, "interrupted"));
  const interrupted = await aws.run(["sweep", "--account", "666677778888"], { interrupt: begun });
  expect(interrupted).toMatchObject({ code: 130, stdout: "" });
  const left = await readRun(ledger(), { account: "666677778888", region: ALL_REGIONS }, "interrupted");
  expect(left).toMatchObject({ state: "running" });
}, 30_000);

test("--ou sweeps the accounts under the unit, and a caller whom Organizations does not answer is told to name them", async () => {
  await isHub();
  const org = await organization(aws);
  const [unit, below] = [await org.unit("swept"), await org.member("below")];
  await org.move(below, unit);
  const running = aws.run(["sweep", "--ou", unit, "--detach", "--json"]);
  const message = await sent();
  expect(message.account).toBe(below);
  await begin(below, message, "of-a-unit");
  expect(await running).toMatchObject({ code: 0 });
  const statements = [
    { Effect: "Allow", Action: "*", Resource: "*" },
    { Effect: "Deny", Action: "organizations:*", Resource: "*" },
  ];
  const as = await aws.user("outside", statements);
  const refused = await aws.run(["sweep", "--ou", unit], { as });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /^bucketseal: AWS Organizations does not tell account [^\n]+ name the accounts with --account\n$/,
  );
}, 30_000);
