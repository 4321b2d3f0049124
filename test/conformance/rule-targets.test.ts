import {
  DeleteRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { DisableKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";

const aws = conformance();
let count = 0;

interface Queue {
  QueueUrl: string;
  arn: string;
}

/** A queue into which the rule may send, or not. */
async function queue(rule: string | undefined, Attributes: Record<string, string> = {}): Promise<Queue> {
  const QueueName = `${aws.prefix}-${count++}`;
  const arn = `arn:aws:sqs:${aws.region}:${aws.account}:${QueueName}`;
  const statement = {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: arn,
    Condition: { ArnEquals: { "aws:SourceArn": rule } },
  };
  const { QueueUrl = "" } = await aws.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  aws.later(async () => await aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  if (rule !== undefined) {
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  }
  return { QueueUrl, arn };
}

async function received({ QueueUrl }: Queue): Promise<Message> {
  const receive = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], WaitTimeSeconds: 1 });
  const first = async () => (await aws.sqs.send(receive)).Messages?.[0];
  return await eventually("a message", first, aws.real ? 60_000 : 5_000);
}

/**
 * Creates a rule for events of one source; returns its ARN and a function that sends such an event.
 */
async function rule(): Promise<{ name: string; arn: string; send(target: string, dlq: string): Promise<void> }> {
  const Name = `${aws.prefix}-${count++}`;
  const { RuleArn = "" } = await aws.events.send(
    new PutRuleCommand({ Name, EventPattern: JSON.stringify({ source: [Name] }) }),
  );
  aws.later(async () => await aws.events.send(new DeleteRuleCommand({ Name })));
  return {
    name: Name,
    arn: RuleArn,
    send: async (target, dlq) => {
      const Targets = [{ Id: "1", Arn: target, DeadLetterConfig: { Arn: dlq } }];
      await aws.events.send(new PutTargetsCommand({ Rule: Name, Targets }));
      aws.later(async () => await aws.events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ["1"] })));
      if (aws.real) await new Promise((resolve) => setTimeout(resolve, 30_000));
      const Entries = [{ Source: Name, DetailType: "test", Detail: JSON.stringify({ a: 1 }) }];
      await aws.events.send(new PutEventsCommand({ Entries }));
    },
  };
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions and
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html; codes captured on AWS in September 2026
describe("a rule's target queue", () => {
  test("gets the event if its policy names the rule", async () => {
    const { arn, name, send } = await rule();
    const [target, dlq] = [await queue(arn), await queue(arn)];
    await send(target.arn, dlq.arn);
    const event = JSON.parse((await received(target)).Body ?? "{}");
    expect(event).toMatchObject({ source: name, "detail-type": "test", detail: { a: 1 }, account: aws.account });
  });

  test("does not get the event otherwise: the dead-letter queue does, with NO_PERMISSIONS", async () => {
    const { arn, send } = await rule();
    const [target, dlq] = [await queue(`${arn}-another`), await queue(arn)];
    await send(target.arn, dlq.arn);
    const dead = await received(dlq);
    expect(JSON.parse(dead.Body ?? "{}")).toMatchObject({ detail: { a: 1 } });
    expect(dead.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: "NO_PERMISSIONS" },
      RULE_ARN: { StringValue: arn },
      TARGET_ARN: { StringValue: target.arn },
    });
  });

  test("that does not exist leaves the event in the dead-letter queue", async () => {
    const { arn, send } = await rule();
    const dlq = await queue(arn);
    await send(`${dlq.arn}-missing`, dlq.arn);
    expect((await received(dlq)).MessageAttributes).toHaveProperty("ERROR_CODE");
  });

  test("with a disabled key leaves the event in the dead-letter queue, with NO_RESOURCE", async () => {
    const KmsMasterKeyId = await aws.key({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${aws.account}:root` }, Action: "kms:*", Resource: "*" },
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: ["kms:GenerateDataKey", "kms:Decrypt"],
          Resource: "*",
        },
      ],
    });
    const { arn, send } = await rule();
    const [target, dlq] = [await queue(arn, { KmsMasterKeyId }), await queue(arn)];
    await send(target.arn, dlq.arn);
    expect((await received(target)).Body).toContain('"a":');
    await aws.kms.send(new DisableKeyCommand({ KeyId: KmsMasterKeyId }));
    await send(target.arn, dlq.arn);
    expect((await received(dlq)).MessageAttributes).toMatchObject({ ERROR_CODE: { StringValue: "NO_RESOURCE" } });
  });
});
