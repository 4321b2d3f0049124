import {
  DeleteBucketInventoryConfigurationCommand,
  GetBucketAclCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketMetadataConfigurationCommand,
  type InventoryConfiguration,
  ListBucketInventoryConfigurationsCommand,
  PutBucketInventoryConfigurationCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { refused } from "./s3-setting.ts";

// Documentation, not evidence: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketMetadataConfiguration.html

const aws = conformance();
const configuration = (Bucket: string): InventoryConfiguration => ({
  Id: "all",
  IsEnabled: true,
  IncludedObjectVersions: "All",
  Schedule: { Frequency: "Daily" },
  Destination: { S3BucketDestination: { Bucket: `arn:aws:s3:::${Bucket}`, Format: "CSV" } },
  OptionalFields: ["EncryptionStatus", "BucketKeyStatus"],
});
const NONE = [404, "NoSuchConfiguration"];

describe("an inventory configuration", () => {
  test("is kept, read, listed and deleted, and none yet is a 404", async () => {
    const Bucket = await aws.bucket();
    const named = { Bucket, Id: "all" };
    const get = () => aws.s3.send(new GetBucketInventoryConfigurationCommand(named));
    const list = () => aws.s3.send(new ListBucketInventoryConfigurationsCommand({ Bucket }));
    expect((await refused(get())).slice(0, 2)).toEqual(NONE);
    expect(await list()).toMatchObject({ IsTruncated: false });
    const before = (await aws.s3.send(new GetBucketAclCommand({ Bucket }))).Grants;
    const InventoryConfiguration = configuration(Bucket);
    await aws.s3.send(new PutBucketInventoryConfigurationCommand({ ...named, InventoryConfiguration }));
    expect((await aws.s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toEqual(before);
    expect((await get()).InventoryConfiguration).toEqual(InventoryConfiguration);
    expect((await list()).InventoryConfigurationList).toEqual([InventoryConfiguration]);
    await aws.s3.send(new DeleteBucketInventoryConfigurationCommand(named));
    expect((await refused(get())).slice(0, 2)).toEqual(NONE);
    expect((await list()).InventoryConfigurationList ?? []).toEqual([]);
  });

  test("is refused where its id is not the request's", async () => {
    const Bucket = await aws.bucket();
    const rest = { Id: "other", InventoryConfiguration: configuration(Bucket) };
    const call = aws.s3.send(new PutBucketInventoryConfigurationCommand({ Bucket, ...rest }));
    expect((await refused(call))[0]).toBe(400);
  });

  test("needs s3:PutInventoryConfiguration and s3:GetInventoryConfiguration", async () => {
    const Bucket = await aws.bucket();
    const { s3 } = await aws.otherUser([{ Effect: "Allow", Action: "s3:GetInventoryConfiguration", Resource: "*" }]);
    const asked = { Bucket, Id: "all", InventoryConfiguration: configuration(Bucket) };
    const put = s3.send(new PutBucketInventoryConfigurationCommand(asked));
    expect((await refused(put)).slice(0, 2)).toEqual([403, "AccessDenied"]);
    await s3.send(new ListBucketInventoryConfigurationsCommand({ Bucket }));
  });
});

test("a bucket without S3 Metadata says so, to those who may ask", async () => {
  const Bucket = await aws.bucket();
  const get = () => new GetBucketMetadataConfigurationCommand({ Bucket });
  const found = await refused(aws.s3.send(get()));
  expect(found.slice(0, 2)).toEqual([404, "MetadataConfigurationNotFound"]);
  const { s3 } = await aws.otherUser([{ Effect: "Allow", Action: "s3:ListBucket", Resource: "*" }]);
  expect((await refused(s3.send(get()))).slice(0, 2)).toEqual([403, "AccessDenied"]);
});
