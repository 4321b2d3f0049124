import { randomUUID } from "node:crypto";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type Story, soon } from "./story.ts";

/** An event of S3 as the default bus delivers it. */
interface BucketEvent {
  readonly id: string;
  readonly detail: {
    readonly eventID: string;
    readonly eventName: string;
    readonly eventTime: string;
    readonly userIdentity: { readonly arn?: string };
    readonly requestParameters: { readonly bucketName?: string };
  };
}

/** The events of Bucketseal's rule, seen by a rule of the test file's own. */
export interface Bus {
  /**
   * Waits for the newest call of that name on a bucket; returns the message that the rule would
   * send.
   */
  event(bucket: string, eventName: string): Promise<BucketEvent>;
}

export async function watchBus({ root, sandbox }: Story): Promise<Bus> {
  const Name = `e2e-${randomUUID()}`;
  const queue = `arn:aws:sqs:${sandbox.region}:${sandbox.account}:${Name}`;
  const rule = `arn:aws:events:${sandbox.region}:${sandbox.account}:rule/${Name}`;
  const statement = {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queue,
    Condition: { ArnEquals: { "aws:SourceArn": rule } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const { QueueUrl = "" } = await root.sqs.send(new CreateQueueCommand({ QueueName: Name, Attributes: { Policy } }));
  const EventPattern = JSON.stringify({ source: ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"] });
  await root.events.send(new PutRuleCommand({ Name, EventPattern }));
  await root.events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: "queue", Arn: queue }] }));
  const seen: BucketEvent[] = [];

  const all = async (): Promise<readonly BucketEvent[]> => {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages: messages = [] } = await root.sqs.send(receive);
    if (messages.length === 0) return seen;
    seen.push(...messages.map(({ Body: body = "{}" }) => JSON.parse(body) as BucketEvent));
    const Entries = messages.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle }));
    await root.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return all();
  };
  return {
    event: async (bucket, eventName) => {
      const of = (events: readonly BucketEvent[]) =>
        events.findLast(
          ({ detail }) => detail.eventName === eventName && detail.requestParameters.bucketName === bucket,
        );
      return of(await soon(all, (events) => of(events) !== undefined)) as BucketEvent;
    },
  };
}
