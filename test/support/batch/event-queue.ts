import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Conformance } from "../local-aws/conformance.ts";
import { eventually } from "../local-aws/eventually.ts";

/** An EventBridge event, loosely. */
export interface BusEvent {
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  region: string;
  time: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** A queue that a rule of the default bus fills. */
export interface EventQueue {
  /** Waits for the first event, past or future, that `wanted` accepts. */
  find(what: string, wanted: (event: BusEvent) => boolean): Promise<BusEvent>;
  /** Every event so far. */
  all(): Promise<BusEvent[]>;
}

let count = 0;

/** Creates a rule with this pattern, and a queue that receives the matching events. */
export async function eventQueue(aws: Conformance, pattern: object): Promise<EventQueue> {
  const name = `${aws.prefix}-events-${count++}`;
  const rule = `arn:aws:events:${aws.region}:${aws.account}:rule/${name}`;
  const queue = `arn:aws:sqs:${aws.region}:${aws.account}:${name}`;
  const { QueueUrl = "" } = await aws.sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { Policy: policy(queue, rule) } }),
  );
  aws.later(async () => await aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  const QueueArn = (await aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] })))
    .Attributes?.QueueArn;
  await aws.events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  aws.later(async () => await aws.events.send(new DeleteRuleCommand({ Name: name })));
  await aws.events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: "queue", Arn: QueueArn }] }));
  aws.later(async () => await aws.events.send(new RemoveTargetsCommand({ Rule: name, Ids: ["queue"] })));
  const seen: BusEvent[] = [];

  const all = async (): Promise<BusEvent[]> => {
    for (;;) {
      const { Messages = [] } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return seen;
      seen.push(...Messages.map(({ Body = "{}" }) => JSON.parse(Body) as BusEvent));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      await aws.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  return {
    all,
    find: async (what, wanted) =>
      await eventually(what, async () => (await all()).find(wanted), aws.real ? 120_000 : 10_000),
  };
}

// --- internal ---

function policy(queue: string, rule: string): string {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queue,
    Condition: { ArnEquals: { "aws:SourceArn": rule } },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
