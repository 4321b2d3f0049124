import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateAccessPointCommand, DeleteAccessPointCommand } from "@aws-sdk/client-s3-control";
import { eventQueue } from "../batch/event-queue.ts";
import type { Doubt } from "./doubt.ts";

/** What a record about a call through an access point names; needs a trail of data events. */
export const accessPointRecord: Doubt = {
  question: "CloudTrail's record of PutObject through an access point's alias: bucketName; types of resources",
  expected: "the alias; AWS::S3::AccessPoint, AWS::S3::Bucket, AWS::S3::Object",
  ask: async (aws) => {
    const events = await eventQueue(aws, { source: ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"] });
    const Bucket = await aws.bucket();
    const point = { AccountId: aws.account, Name: `${aws.prefix}-ap`.slice(-40) };
    const { Alias } = await aws.s3control.send(new CreateAccessPointCommand({ ...point, Bucket }));
    aws.later(async () => await aws.s3control.send(new DeleteAccessPointCommand(point)));
    await aws.s3.send(new PutObjectCommand({ Bucket: Alias, Key: "through", Body: "x" }));
    const isOurs = (record: Record<string, unknown>) =>
      record.eventName === "PutObject" && JSON.stringify(record).includes(Bucket);
    const { detail } = await events.find("PutObject", (event) => isOurs(event.detail));
    const { bucketName } = (detail.requestParameters ?? {}) as { bucketName?: string };
    const types = ((detail.resources ?? []) as readonly { type: string }[]).map(({ type }) => type).sort();
    const name = bucketName === Alias ? "the alias" : bucketName === Bucket ? "the bucket" : String(bucketName);
    return `${name}; ${types.join(", ")}`;
  },
};
