import {
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import type { Clients } from "../local-aws/clients.ts";
import { nameOf, type Story } from "./story.ts";

/** A queue that S3 may send to: another trigger needs one. Returns its ARN. */
export async function theirQueue({ root, sandbox }: Story): Promise<string> {
  const QueueName = nameOf("theirs");
  const arn = `arn:aws:sqs:${sandbox.region}:${sandbox.account}:${QueueName}`;
  const statement = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: arn,
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await root.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  return arn;
}

/** Another trigger, and nothing else. */
export function trigger(QueueArn: string, Id = "theirs"): NotificationConfiguration {
  return { QueueConfigurations: [{ Id, QueueArn, Events: ["s3:ObjectRemoved:*"] }] };
}

export async function notify(as: Clients, Bucket: string, configuration: NotificationConfiguration): Promise<void> {
  await as.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: configuration }));
}

export async function notifications(as: Clients, Bucket: string): Promise<NotificationConfiguration> {
  const { $metadata: _, ...found } = await as.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  return found;
}
