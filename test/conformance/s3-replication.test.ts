import {
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { eventQueue } from "../support/batch/event-queue.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { role } from "../support/local-aws/role.ts";
import { refused } from "./s3-setting.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html

const aws = conformance();
const trail = process.env.BUCKETSEAL_TEST_AWS !== "1" || process.env.BUCKETSEAL_TEST_TRAIL === "1";
let keys: { source: string; replica: string; other: string };

beforeAll(async () => {
  keys = { source: await aws.key(), replica: await aws.key(), other: await aws.key() };
}, 60_000);

const allow = (Action: string | string[], Resource = "*") => ({ Effect: "Allow", Action, Resource });
/** Everything that the role of a replication needs, one statement for each thing. */
const rights = () => ({
  configuration: allow(["s3:GetReplicationConfiguration", "s3:ListBucket"]),
  read: allow(["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl"]),
  write: allow("s3:ReplicateObject"),
  decrypt: allow("kms:Decrypt", keys.source),
  encrypt: allow("kms:Encrypt", keys.replica),
});

/** Two buckets of which the first replicates into the second. */
async function replicated(options: { without?: string; kms?: string; service?: string; first?: ReplicationRule } = {}) {
  const [source, target] = [await aws.bucket(), await aws.bucket()];
  for (const Bucket of [source, target])
    await aws.s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" as const } }),
    );
  const statements = Object.entries(rights()).filter(([name]) => name !== options.without);
  const Role = await role(
    aws,
    statements.map(([, statement]) => statement),
    options.service ?? "s3.amazonaws.com",
  );
  const Destination = { Bucket: `arn:aws:s3:::${target}` };
  const EncryptionConfiguration = { ReplicaKmsKeyID: options.kms };
  const SourceSelectionCriteria = { SseKmsEncryptedObjects: { Status: "Enabled" as const } };
  const rule = { Priority: 1, Status: "Enabled" as const, Filter: { Prefix: "" } };
  const common = { ...rule, DeleteMarkerReplication: { Status: "Disabled" as const } };
  const whole =
    options.kms === undefined
      ? { ...common, Destination }
      : { ...common, SourceSelectionCriteria, Destination: { ...Destination, EncryptionConfiguration } };
  const first = options.first === undefined ? [] : [{ ...options.first, Destination }];
  const ReplicationConfiguration = { Role, Rules: [...first, whole] };
  await aws.s3.send(new PutBucketReplicationCommand({ Bucket: source, ReplicationConfiguration }));
  const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
    aws.s3.send(new PutObjectCommand({ Bucket: source, Key, Body: "x", ...more }));
  const head = (Bucket: string, Key: string) => aws.s3.send(new HeadObjectCommand({ Bucket, Key }));
  /** The status at the source once replication has ended. */
  const ended = async (Key: string) =>
    await eventually("the end of the replication", async () => {
      const { ReplicationStatus } = await head(source, Key);
      return ReplicationStatus === "PENDING" ? undefined : ReplicationStatus;
    });
  return { source, target, put, head, ended };
}
const underKey = () => ({ ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: keys.source });

describe("replication", () => {
  test("copies an object under SSE-S3, which stays so whatever the destination's default is", async () => {
    const { target, put, head, ended } = await replicated();
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: keys.other };
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault }] };
    await aws.s3.send(new PutBucketEncryptionCommand({ Bucket: target, ServerSideEncryptionConfiguration }));
    await put("plain");
    expect(await ended("plain")).toBe("COMPLETED");
    expect(await head(target, "plain")).toMatchObject({ ReplicationStatus: "REPLICA", ServerSideEncryption: "AES256" });
  });

  test.runIf(trail)("is a PutObject of the role's session in the destination, invoked by S3", async () => {
    const queue = await eventQueue(aws, { source: ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"] });
    const { target, put } = await replicated();
    await put("plain");
    const { detail } = await queue.find("the replica's event", (found) => {
      const { bucketName } = found.detail.requestParameters as { bucketName?: unknown };
      return found.detail.eventName === "PutObject" && bucketName === target;
    });
    expect(detail).toMatchObject({
      userIdentity: {
        type: "AssumedRole",
        arn: expect.stringMatching(/\/s3-replication$/),
        invokedBy: "s3.amazonaws.com",
      },
      requestParameters: { key: "plain" },
      responseElements: { "x-amz-server-side-encryption": "AES256" },
      eventCategory: "Data",
    });
    expect(detail).not.toHaveProperty("tlsDetails");
  });

  test("leaves out an object under KMS unless the rule selects it, and says nothing", async () => {
    const { source, target, put, head, ended } = await replicated();
    await put("secret", underKey());
    await put("plain");
    expect(await ended("plain")).toBe("COMPLETED");
    expect((await head(source, "secret")).ReplicationStatus).toBeUndefined();
    expect((await refused(head(target, "secret")))[0]).toBe(404);
  });

  test("copies an object under KMS that the rule selects, under the replica's key", async () => {
    const { source, target, put, head, ended } = await replicated({ kms: keys.replica });
    await put("secret", { ...underKey(), BucketKeyEnabled: true });
    expect(await ended("secret")).toBe("COMPLETED");
    expect((await head(source, "secret")).SSEKMSKeyId).toBe(keys.source);
    const replica = await head(target, "secret");
    expect(replica).toMatchObject({ ReplicationStatus: "REPLICA", SSEKMSKeyId: keys.replica });
    expect((await aws.s3.send(new HeadObjectCommand({ Bucket: source, Key: "secret" }))).SSEKMSKeyId).toBe(keys.source);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html (Priority)
  test("goes by the rule with the highest priority, wherever it stands", async () => {
    const rule = { Status: "Enabled" as const, DeleteMarkerReplication: { Status: "Disabled" as const } };
    const first = { ...rule, ID: "low", Priority: 0, Filter: { Prefix: "" }, Destination: { Bucket: "" } };
    const { target, put, head, ended } = await replicated({ kms: keys.replica, first });
    await put("secret", underKey());
    expect(await ended("secret")).toBe("COMPLETED");
    expect((await head(target, "secret")).SSEKMSKeyId).toBe(keys.replica);
  });

  test.each<[string, { without?: string; key?: string; service?: string }]>([
    ["may not decrypt with the source's key", { without: "decrypt" }],
    ["may not encrypt with the replica's key", { without: "encrypt" }],
    ["may not read versions for replication", { without: "read" }],
    ["may not write replicas", { without: "write" }],
    ["may not read the configuration", { without: "configuration" }],
    ["is not for S3", { service: "lambda.amazonaws.com" }],
    ["is given a key that does not exist", { key: "00000000-0000-4000-8000-000000000009" }],
  ])("fails where the role %s", async (_, { key, ...options }) => {
    const kms = key === undefined ? keys.replica : `arn:aws:kms:${aws.region}:${aws.account}:key/${key}`;
    const { target, put, head, ended } = await replicated({ kms, ...options });
    await put("secret", underKey());
    expect(await ended("secret")).toBe("FAILED");
    expect((await refused(head(target, "secret")))[0]).toBe(404);
  });
});
