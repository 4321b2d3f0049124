import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";

const aws = conformance();

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html: sources that begin with `aws.` are AWS's own
test("nobody can put an event that looks like CloudTrail's", async () => {
  const entry = { DetailType: "AWS API Call via CloudTrail", Detail: '{"eventName":"PutBucketEncryption"}' };
  const { Entries, FailedEntryCount } = await aws.events.send(
    new PutEventsCommand({
      Entries: [
        { Source: "aws.s3", ...entry },
        { Source: aws.prefix, ...entry },
      ],
    }),
  );
  expect(FailedEntryCount).toBe(1);
  expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual(["NotAuthorizedForSourceException", undefined]);
});
