import { CreateBucketCommand, DeleteBucketCommand } from "@aws-sdk/client-s3";
import { eventQueue } from "../batch/event-queue.ts";
import { clients } from "../local-aws/clients.ts";
import type { Doubt } from "./doubt.ts";

const ELSEWHERE = "eu-west-1";

/**
 * Where a bucket made through us-east-1 in another Region is heard of; needs a trail of management
 * events.
 */
export const createdElsewhere: Doubt = {
  question: `CreateBucket through us-east-1 with LocationConstraint ${ELSEWHERE}: the event's Region, the record's awsRegion`,
  expected: "us-east-1, us-east-1",
  ask: async (aws) => {
    const events = await eventQueue(aws, { source: ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"] });
    const Bucket = `${aws.prefix}-elsewhere`;
    const CreateBucketConfiguration = { LocationConstraint: ELSEWHERE } as const;
    await aws.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    const credentials = aws.real ? undefined : await aws.s3.config.credentials();
    const there = clients({ endpoint: aws.endpoint, region: ELSEWHERE, credentials });
    aws.later(async () => await there.s3.send(new DeleteBucketCommand({ Bucket })));
    const found = await events.find("CreateBucket", ({ detail }) => JSON.stringify(detail).includes(Bucket));
    return `${found.region}, ${found.detail.awsRegion}`;
  },
};
