import { readFileSync } from "node:fs";
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  StartLoggingCommand,
} from "@aws-sdk/client-cloudtrail";
import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  PutRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import {
  ListEventSourceMappingsCommand,
  PutFunctionRecursionConfigCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { dropDead } from "#aws/sqs/dead-letters";
import { findDeployments } from "#aws/ssm/deployment";
import type { Examined } from "../../../cli/doctor/examine.ts";
import { bucketseal, nameOf, newBucket, soon, story, succeeds } from "../../support/e2e/story.ts";
import type { Credentials } from "../../support/local-aws/clients.ts";

const e2e = story();
const { root, sandbox } = e2e;

/** Something broken, what doctor says of it, and how it is mended. */
interface Broken {
  readonly check: string;
  readonly says: RegExp;
  readonly mend: () => Promise<unknown>;
}

test("doctor names everything that is broken, and nothing of it once it is mended; a canary is heard", async () => {
  const cloudtrail = new CloudTrailClient({
    endpoint: sandbox.endpoint,
    region: sandbox.region,
    credentials: { ...sandbox.rootCredentials },
  });
  const broken: Broken[] = [];
  try {
    const withoutTrail = await examined([], await reader());
    // The row of docs/deploy.md suffices: nothing is unknown because it may not be read.
    expect(withoutTrail.filter(({ fix }) => fix?.includes("allow") === true && !fix.includes("BUCKETSEAL"))).toEqual(
      [],
    );
    expect(withoutTrail).toContainEqual(
      expect.objectContaining({ check: "trail", answer: "finding", says: expect.stringContaining("no trail logs") }),
    );
    // One by one: what is broken is mended, whatever comes after it.
    for (const breakIt of await breaks()) broken.push(await breakIt());
    const ran = await examined();
    for (const { check, says } of broken) {
      const fix = expect.stringMatching(/.{10}/);
      expect(ran).toContainEqual(
        expect.objectContaining({ check, answer: "finding", says: expect.stringMatching(says), fix }),
      );
    }
  } finally {
    for (const { mend } of broken.reverse()) await mend();
  }

  const bucket = await newBucket(e2e.alice, "e2e-doctor-trail");
  const Name = nameOf("e2e-doctor");
  await cloudtrail.send(new CreateTrailCommand({ Name, S3BucketName: bucket }));
  try {
    const stopped = expect.stringContaining("is stopped");
    expect(await examined()).toContainEqual(
      expect.objectContaining({ check: "trail", answer: "finding", says: stopped }),
    );
    await cloudtrail.send(new StartLoggingCommand({ Name }));
    const mended = await examined(["--canary", "--yes", "--wait", "60"]);
    expect(mended).toContainEqual(expect.objectContaining({ check: "trail", answer: "ok" }));
    expect(mended).toContainEqual(
      expect.objectContaining({ check: "canary", answer: "ok", says: expect.stringMatching(/looked at \d+ s later$/) }),
    );
    // Letters of other tests may be in that queue.
    for (const { check, says } of broken.filter((each) => each.check !== "dead-letters")) {
      expect(mended.filter((each) => each.check === check && each.answer !== "ok" && says.test(each.says))).toEqual([]);
    }
  } finally {
    await cloudtrail.send(new DeleteTrailCommand({ Name }));
  }
});

/** Somebody with exactly the permissions that docs/deploy.md lists for the command. */
async function reader(): Promise<Credentials> {
  const row = readFileSync("docs/deploy.md", "utf8").match(/^\| `doctor` \|.*$/m)?.[0] ?? "";
  const Action = [...row.matchAll(/`([a-z0-9]+:[A-Za-z]+)`/g)].map(([, action]) => action);
  expect(Action.length).toBeGreaterThan(10);
  const UserName = nameOf("e2e-reader");
  await root.iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*" }],
  });
  await root.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "doctor", PolicyDocument }));
  const { AccessKey } = await root.iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
}

async function examined(flags: readonly string[] = [], as?: Credentials): Promise<Examined[]> {
  const { stdout, stderr } = await bucketseal(e2e, ["doctor", "--json", ...flags], as);
  const { examined: found } = JSON.parse(stdout) as { examined?: Examined[] };
  if (found === undefined) throw new Error(stderr);
  return found;
}

/** Breaks one thing of each kind. */
async function breaks(): Promise<(() => Promise<Broken>)[]> {
  const [deployment] = await findDeployments(root.ssm);
  const { objectCalledRule = "", objectCreatedRule = "", topicArn = "", bucketFunction = "" } = deployment ?? {};
  return [
    () => disabledRule(objectCalledRule),
    () => otherPattern(objectCreatedRule),
    () => disabledMapping(deployment?.objectFunction ?? ""),
    () => openQueue(sandbox.queues.objectUndelivered),
    () => deadLetter(sandbox.queues.objectUndelivered),
    () => pendingSubscription(topicArn),
    () => disabledKey(),
    () => loop(bucketFunction),
    () => paused(),
  ];
}

async function disabledRule(Name: string): Promise<Broken> {
  await root.events.send(new DisableRuleCommand({ Name }));
  const mend = () => root.events.send(new EnableRuleCommand({ Name }));
  return { check: "rules", says: new RegExp(`${Name} is disabled`), mend };
}

async function otherPattern(Name: string): Promise<Broken> {
  const { EventPattern = "", Description, State } = await root.events.send(new DescribeRuleCommand({ Name }));
  const put = (pattern: string) =>
    root.events.send(new PutRuleCommand({ Name, EventPattern: pattern, Description, State }));
  await put(JSON.stringify({ ...JSON.parse(EventPattern), "detail-type": ["Object Deleted"] }));
  return { check: "rules", says: new RegExp(`${Name} has another pattern`), mend: () => put(EventPattern) };
}

async function disabledMapping(FunctionName: string): Promise<Broken> {
  const { EventSourceMappings: [mapping] = [] } = await root.lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName }),
  );
  const turn = (Enabled: boolean) =>
    root.lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping?.UUID, Enabled }));
  await turn(false);
  return { check: "mappings", says: new RegExp(`${FunctionName} is Disabl`), mend: () => turn(true) };
}

/** The queue is open while it is broken, which lets `deadLetter` send to it. */
async function openQueue(QueueUrl: string): Promise<Broken> {
  const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] });
  const { Attributes } = await root.sqs.send(get);
  const put = (Policy: string) => root.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await put("");
  const name = QueueUrl.split("/").at(-1);
  return { check: "queue-policies", says: new RegExp(`${name} is open`), mend: () => put(Attributes?.Policy ?? "") };
}

async function deadLetter(QueueUrl: string): Promise<Broken> {
  const MessageBody = nameOf("no event");
  await root.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const mend = async () => {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1 });
    const letter = await soon(
      async () => (await root.sqs.send(receive)).Messages?.find(({ Body }) => Body === MessageBody) ?? null,
      (found) => found !== null,
    );
    await dropDead(root.sqs, QueueUrl, letter?.ReceiptHandle ?? "");
  };
  return { check: "dead-letters", says: /object-undelivered has about \d+ message/, mend };
}

async function pendingSubscription(TopicArn: string): Promise<Broken> {
  const Endpoint = `${nameOf("nobody")}@example.com`;
  const { SubscriptionArn } = await root.sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint, ReturnSubscriptionArn: true }),
  );
  const mend = () => root.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  return { check: "subscriptions", says: new RegExp(`not confirmed: .*email ${Endpoint}`), mend };
}

async function disabledKey(): Promise<Broken> {
  const KeyId = sandbox.keyArn;
  await root.kms.send(new DisableKeyCommand({ KeyId }));
  const mend = () => root.kms.send(new EnableKeyCommand({ KeyId }));
  return { check: "keys", says: /^key default .* is in state Disabled/, mend };
}

async function loop(FunctionName: string): Promise<Broken> {
  const put = (RecursiveLoop: "Allow" | "Terminate") =>
    root.lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop }));
  await put("Terminate");
  return { check: "functions", says: /for a loop, and drops them$/, mend: () => put("Allow") };
}

async function paused(): Promise<Broken> {
  await succeeds(e2e, ["pause", "--reason", "doctor"]);
  return { check: "pause", says: /^writes are paused: .*doctor$/, mend: () => succeeds(e2e, ["resume"]) };
}
