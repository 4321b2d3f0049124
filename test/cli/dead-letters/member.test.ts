import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, expect, test } from "vitest";
import { countMessages } from "#aws/sqs/count-messages";
import { account, cloud } from "../cloud.ts";
import { deployQueues } from "../deploy-queues.ts";
import { deployStage } from "../deploy-stage.ts";

// Dead letters of an object function in a member, which the hub's people see and send back by a
// role of the member.

const aws = cloud();
const member = "222233334444";
const region = "us-east-1";
const place = `${member}/${region}`;
const there = ["--account", member, "--role", "Operator"];
let queues: Awaited<ReturnType<typeof deployQueues>>;

const write = (Name: string, value: object, of?: string, at?: string) =>
  aws
    .root(at, of)
    .ssm.send(new PutParameterCommand({ Name, Value: JSON.stringify(value), Type: "String", Overwrite: true }));
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await aws.run([...args, "--json"]);
  return { code, stderr, document: JSON.parse(stdout || "null") };
};
const waiting = (url: string) => countMessages(aws.root(region, member).sqs, url);

/** The parameter of a member's stack. */
function where(redriveRole: string): object {
  const {
    objectQueueUrl: queue,
    objectDeadLetterQueueUrl: deadLetters,
    objectUndeliveredQueueUrl: undelivered,
  } = queues;
  return { queue, deadLetters, undelivered, redriveRole };
}

beforeAll(async () => {
  const deployed = await deployStage(aws.root(), account, "hub");
  await write("/bucketseal/hub/deployment", { ...deployed, org: "on", regions: `${region},eu-west-1` });
  const root = aws.root(region, member);
  queues = await deployQueues(root, member, "objects");
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::${account}:root` } };
  const RoleName = "Operator";
  const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await root.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
  const may = { Effect: "Allow", Action: ["ssm:GetParameter", "sts:AssumeRole"], Resource: "*" };
  await root.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "may", PolicyDocument: document(may) }));
});

test("where no object function is there, or the role of somebody else is named, nothing is opened", async () => {
  const none = await aws.run(["dead-letters", "list", ...there]);
  expect(none).toMatchObject({ code: 1, stderr: "bucketseal: there is no object function in these accounts\n" });
  await write("/bucketseal/hub/objects", where(`arn:aws:iam::999988887777:role/theirs`), member, region);
  const foreign = await aws.run(["dead-letters", "list", ...there]);
  expect(foreign.code).toBe(1);
  expect(foreign.stderr).toContain("its redrive role arn:aws:iam::999988887777:role/theirs is of another account");
  await write("/bucketseal/hub/objects", { queue: "x" }, member, region);
  const broken = await aws.run(["dead-letters", "list", ...there]);
  expect(broken.stderr).toContain("the parameter /bucketseal/hub/objects is not what a stack of Bucketseal writes");
});

test("they are listed by account and Region, shown, sent back and dropped by the redrive role there", async () => {
  await write("/bucketseal/hub/objects", where(queues.objectRedriveRoleArn), member, region);
  const dead = queues.objectDeadLetterQueueUrl;
  const { sqs } = aws.root(region, member);
  const own = { schema: "bucketseal.window/1", ref: { partition: "aws", account: member, region, bucket: "wages" } };
  for (const body of [own, own]) {
    await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: JSON.stringify(body) }));
  }
  await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: "nonsense" }));

  const listed = await json("dead-letters", "list", ...there);
  expect(listed).toMatchObject({ code: 2, document: { stage: "hub" } });
  expect(listed.document.queues).toEqual([
    { queue: `${place}/object`, about: 3 },
    { queue: `${place}/object-undelivered`, about: 0 },
  ]);
  expect(await json("dead-letters", "list", ...there, "--queue", "object-undelivered")).toMatchObject({
    code: 0,
    document: { queues: [{ queue: `${place}/object-undelivered` }], letters: [] },
  });
  const letters = listed.document.letters as { id: string; queue: string; kind: string; bucket: string | null }[];
  expect(letters.map(({ kind, bucket }) => [kind, bucket]).sort()).toEqual([
    ["malformed", null],
    ["own", "wages"],
    ["own", "wages"],
  ]);
  const malformed = letters.find(({ kind }) => kind === "malformed")?.id ?? "";
  const shown = await json("dead-letters", "show", malformed, ...there);
  expect(shown).toMatchObject({ code: 0, document: { queue: `${place}/object`, body: "nonsense" } });

  const redriven = await json("dead-letters", "redrive", ...there, "--region", region);
  expect(redriven).toMatchObject({ code: 2, document: { skipped: [{ id: malformed }] } });
  expect(redriven.document.redriven).toHaveLength(2);
  expect([await waiting(queues.objectQueueUrl), await waiting(dead)]).toEqual([2, 1]);
  expect(await json("dead-letters", "drop", malformed, ...there, "--yes")).toMatchObject({ code: 0 });
  expect(await waiting(dead)).toBe(0);
});

test("an account that cannot be entered is no account without letters", async () => {
  const run = await aws.run(["dead-letters", "list", "--account", `${member},333344445555`, "--role", "Operator"]);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("account 333344445555: AWS does not let");
});
