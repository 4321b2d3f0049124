import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import { publishAlert } from "#aws/sns/publish-alert";
import { buildAlert } from "#core/alert/bucket";
import type { Alert } from "#core/alert/schema";
import { input } from "../../support/core/alert-input.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const folder = new URL("../../../examples/routing/", import.meta.url);
const account = "111122223333";
const alert = (id: string, changes: Partial<Alert>): Alert => ({ ...buildAlert(input), id, ...changes });

/** What is published, by what it is. */
const published: readonly Alert[] = [
  alert("repaired", {}),
  alert("contested", { outcome: "contested", severity: "critical" }),
  alert("held", { outcome: "held", severity: "medium" }),
  alert("team", { bucket: "payments-eu" }),
  alert("team, back", { bucket: "payments-eu", outcome: "left alone", severity: "info" }),
  alert("card", { rule: "cardholder-data", region: "eu-west-1" }),
  alert("card elsewhere", { rule: "cardholder-data", region: "us-east-1" }),
];
/** Which of them each example lets pass. */
const passing: Readonly<Record<string, readonly string[]>> = {
  "pager.json": ["contested"],
  "needs-a-person.json": ["contested", "held"],
  "one-team.json": ["team"],
  "one-rule.json": ["card"],
};
let topicArn = "";

beforeAll(async () => {
  topicArn = (await aws.root().sns.send(new CreateTopicCommand({ Name: `alerts-${randomUUID()}` }))).TopicArn ?? "";
});

test("every example of routing is tried", () => {
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(passing).toSorted());
});

test("each example passes on what it says, and nothing else", async () => {
  const queues = await Promise.all(Object.keys(passing).map(async (file) => [file, await subscribed(file)] as const));
  for (const each of published) await publishAlert(aws.root().sns, topicArn, each);
  const heard = await Promise.all(queues.map(async ([file, url]) => [file, await idsIn(url)] as const));
  expect(Object.fromEntries(heard)).toEqual(passing);
});

/** A queue that is subscribed with a filter policy of the examples. */
async function subscribed(file: string): Promise<string> {
  const FilterPolicy = readFileSync(new URL(file, folder), "utf8");
  const QueueName = `routed-${randomUUID()}`;
  const Endpoint = `arn:aws:sqs:us-east-1:${account}:${QueueName}`;
  const Statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: Endpoint };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  const { QueueUrl = "" } = await aws.root().sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  await aws
    .root()
    .sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint, Attributes: { FilterPolicy } }));
  return QueueUrl;
}

async function idsIn(QueueUrl: string): Promise<string[]> {
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
  const { Messages: messages = [] } = await aws.root().sqs.send(receive);
  const ids = messages.map(({ Body = "{}" }) => {
    const { Message } = JSON.parse(Body) as { Message: string };
    return (JSON.parse(Message) as Alert).id;
  });
  return ids.toSorted();
}
