import { createHash } from "node:crypto";
import {
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import type { JobManifest, JobManifestFieldName, JobManifestGeneratorFilter } from "@aws-sdk/client-s3-control";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { createJob, endedJob, type JobOrder, jobRequest, jobRole, settledJob } from "./batch-job.ts";

// Documentation, not evidence: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html

const aws = conformance();
let order: JobOrder;
let wrong: string;

beforeAll(async () => {
  const [bucket, key, other, role] = await Promise.all([aws.bucket(), aws.key(), aws.key(), jobRole(aws)]);
  order = { bucket, key, role };
  wrong = other;
  const put = (Key: string, rest: Partial<PutObjectCommandInput> = {}) =>
    aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "12345", ...rest }));
  const kms = { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: wrong };
  await Promise.all([
    put("plain/a"),
    put("plain/b.log", { Body: "1".repeat(50), StorageClass: "STANDARD_IA" }),
    put("kms/wrong", kms),
    put("kms/with-bucket-key", { ...kms, BucketKeyEnabled: true }),
    put("kms/declared", { ...kms, SSEKMSKeyId: key }),
    put("dsse", { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: wrong }),
  ]);
});

/** How many objects a job with this filter has, which is then left suspended. */
async function counted(Filter: JobManifestGeneratorFilter): Promise<number | undefined> {
  const job = await createJob(aws, { ...order, filter: Filter, rest: { ConfirmationRequired: true } });
  return (await settledJob(aws, job)).ProgressSummary?.TotalNumberOfTasks;
}

describe("the generator lists the objects", () => {
  test.each<[string, number, () => JobManifestGeneratorFilter]>([
    ["under SSE-S3", 2, () => ({ MatchAnyObjectEncryption: [{ SSES3: {} }] })],
    ["under KMS", 3, () => ({ MatchAnyObjectEncryption: [{ SSEKMS: {} }] })],
    ["under a key", 2, () => ({ MatchAnyObjectEncryption: [{ SSEKMS: { KmsKeyArn: wrong } }] })],
    [
      "under a key without bucket key",
      1,
      () => ({ MatchAnyObjectEncryption: [{ SSEKMS: { KmsKeyArn: wrong, BucketKeyEnabled: false } }] }),
    ],
    ["under a bucket key", 1, () => ({ MatchAnyObjectEncryption: [{ SSEKMS: { BucketKeyEnabled: true } }] })],
    ["under DSSE", 1, () => ({ MatchAnyObjectEncryption: [{ DSSEKMS: {} }] })],
    ["without encryption", 0, () => ({ MatchAnyObjectEncryption: [{ NOTSSE: {} }] })],
    ["under SSE-C", 0, () => ({ MatchAnyObjectEncryption: [{ SSEC: {} }] })],
    ["with a prefix", 2, () => ({ KeyNameConstraint: { MatchAnyPrefix: ["plain/"] } })],
    ["with one of two suffixes", 2, () => ({ KeyNameConstraint: { MatchAnySuffix: [".log", "/a"] } })],
    ["with a part of a name", 2, () => ({ KeyNameConstraint: { MatchAnySubstring: ["b.l", "dss"] } })],
    ["above a size", 1, () => ({ ObjectSizeGreaterThanBytes: 5 })],
    ["below a size", 5, () => ({ ObjectSizeLessThanBytes: 6 })],
    ["of a storage class", 1, () => ({ MatchAnyStorageClass: ["STANDARD_IA"] })],
    ["written before", 0, () => ({ CreatedBefore: new Date(Date.now() - 3_600_000) })],
    ["written after", 6, () => ({ CreatedAfter: new Date(Date.now() - 3_600_000) })],
    ["that were never replicated", 6, () => ({ ObjectReplicationStatuses: ["NONE"] })],
    [
      "that all of it fits",
      1,
      () => ({ KeyNameConstraint: { MatchAnyPrefix: ["plain/"] }, ObjectSizeLessThanBytes: 6 }),
    ],
  ])("%s: %i", async (_, expected, filter) => {
    expect(await counted(filter())).toBe(expected);
  });

  test("only with s3:PutInventoryConfiguration of the role on the bucket", async () => {
    const role = await jobRole(aws, [{ Effect: "Allow", Action: ["s3:ListBucket", "s3:GetObject"], Resource: "*" }]);
    const job = await settledJob(aws, await createJob(aws, { ...order, role, rest: { ConfirmationRequired: true } }));
    expect(job.Status).toBe("Failed");
    expect(job.FailureReasons?.[0]?.FailureReason).toContain("s3:PutInventoryConfiguration");
  });
});

describe("a manifest in CSV", () => {
  const manifest = async (text: string, Fields: JobManifestFieldName[]): Promise<JobManifest> => {
    const Key = `manifest-${createHash("md5").update(text).digest("hex")}.csv`;
    const { ETag = "" } = await aws.s3.send(new PutObjectCommand({ Bucket: await lists, Key, Body: text }));
    return {
      Spec: { Format: "S3BatchOperations_CSV_20180820", Fields },
      Location: { ObjectArn: `arn:aws:s3:::${await lists}/${Key}`, ETag },
    };
  };
  let lists: Promise<string>;
  beforeAll(() => {
    lists = aws.bucket("lists");
  });
  const create = async (Manifest: JobManifest, bucket: string) => {
    const { ManifestGenerator: _, ...rest } = jobRequest(aws, { ...order, bucket });
    return await endedJob(
      aws,
      await createJob(aws, { ...order, rest: { ...rest, Manifest, ManifestGenerator: undefined } }),
    );
  };

  test("names versions, with keys that are URL-encoded", async () => {
    const Bucket = await aws.bucket();
    await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    const put = () => aws.s3.send(new PutObjectCommand({ Bucket, Key: "a b+ü", Body: "x" }));
    const [{ VersionId: old }, { VersionId: current }] = [await put(), await put()];
    const job = await create(await manifest(`${Bucket},a+b%2B%C3%BC,${old}\n`, ["Bucket", "Key", "VersionId"]), Bucket);
    expect(job).toMatchObject({ Status: "Complete", ProgressSummary: { NumberOfTasksSucceeded: 1 } });
    const head = (VersionId = "") => aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a b+ü", VersionId }));
    expect((await head(old)).SSEKMSKeyId).toBe(order.key);
    expect((await head(current)).ServerSideEncryption).toBe("AES256");
  });

  test("whose ETag is another, or whose rows do not fit, fails the job", async () => {
    const good = await manifest(`${order.bucket},plain/a\n`, ["Bucket", "Key"]);
    const ETag = '"d41d8cd98f00b204e9800998ecf8427e"';
    const changed = await create({ ...good, Location: { ObjectArn: good.Location?.ObjectArn, ETag } }, order.bucket);
    expect(changed).toMatchObject({ Status: "Failed", FailureReasons: [{ FailureCode: "InvalidManifestContent" }] });
    const short = await create(await manifest(`${order.bucket}\n`, ["Bucket", "Key"]), order.bucket);
    expect(short).toMatchObject({ Status: "Failed", FailureReasons: [{ FailureCode: "InvalidManifestContent" }] });
  });

  test("where a version is empty, only that task fails", async () => {
    const text = `${order.bucket},plain/a,\n${order.bucket},plain/b.log,null\n`;
    const job = await create(await manifest(text, ["Bucket", "Key", "VersionId"]), order.bucket);
    const ProgressSummary = { TotalNumberOfTasks: 2, NumberOfTasksSucceeded: 1, NumberOfTasksFailed: 1 };
    expect(job).toMatchObject({ Status: "Complete", ProgressSummary });
  });
});
