import { GetBucketRequestPaymentCommand, PutBucketRequestPaymentCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { refused } from "./s3-setting.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html

const aws = conformance();

test("the payer of requests is the bucket's owner until it is set, and reading it needs a permission of its own", async () => {
  const Bucket = await aws.bucket();
  const get = (as = aws as { readonly s3: typeof aws.s3 }) =>
    as.s3.send(new GetBucketRequestPaymentCommand({ Bucket }));
  expect((await get()).Payer).toBe("BucketOwner");
  const RequestPaymentConfiguration = { Payer: "Requester" as const };
  await aws.s3.send(new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration }));
  await eventually("the new payer", async () => (await get()).Payer === "Requester" || undefined);
  const [blind, seeing] = [
    await aws.otherUser([{ Effect: "Allow", Action: "s3:ListBucket", Resource: "*" }]),
    await aws.otherUser([{ Effect: "Allow", Action: "s3:GetBucketRequestPayment", Resource: "*" }]),
  ];
  expect((await refused(get(blind))).slice(0, 2)).toEqual([403, "AccessDenied"]);
  expect(await eventually("the policy", () => get(seeing).catch(() => undefined))).toMatchObject({
    Payer: "Requester",
  });
});
