import { createHash } from "node:crypto";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateGrantCommand } from "@aws-sdk/client-kms";
import {
  DeleteBucketPolicyCommand,
  DeleteBucketReplicationCommand,
  DeleteBucketWebsiteCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import type { Clients } from "../local-aws/clients.ts";
import { type Configuration, newBucket, type Story } from "./story.ts";

/**
 * Somebody or something that depends on how a bucket is encrypted: how a test sets it up, and how
 * it sees whether it works. None of it knows of Bucketseal.
 */
export interface Dependent {
  /** The hazard that holds a change which would break it. */
  readonly hazard: "encryption-context" | "log-target" | "readers" | "replication" | "writers-refused";
  /** The encryption that it works with; default: SSE-S3. */
  readonly from?: (e2e: Story) => Configuration;
  /** The encryption that breaks it; default: the sandbox's key with a bucket key. */
  readonly to?: (e2e: Story) => Configuration;
  setUp(e2e: Story, bucket: string): Promise<void>;
  /** Uses it once. */
  works(e2e: Story, bucket: string): Promise<boolean>;
  /** Takes it away by calls that the rule watches, where a test needs that. */
  remove?(e2e: Story, bucket: string): Promise<unknown>;
}

/** By the sentence that says what depends. */
export const dependents: Readonly<Record<string, Dependent>> = {
  "server access logs are delivered to it": {
    hazard: "log-target",
    setUp: async (e2e, bucket) => {
      const source = await newBucket(e2e.alice, "logging", `${bucket}-source`);
      await allow(e2e, bucket, { Service: "logging.s3.amazonaws.com" }, "s3:PutObject");
      const LoggingEnabled = { TargetBucket: bucket, TargetPrefix: "logs/" };
      await e2e.alice.s3.send(new PutBucketLoggingCommand({ Bucket: source, BucketLoggingStatus: { LoggingEnabled } }));
    },
    works: async (e2e, bucket) => {
      const logs = async () => {
        const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: "logs/" });
        return (await e2e.alice.s3.send(list)).KeyCount ?? 0;
      };
      const before = await logs();
      await put(e2e, `${bucket}-source`);
      await sleep(500);
      return (await logs()) > before;
    },
    remove: async (e2e, bucket) => {
      const nowhere = { Bucket: `${bucket}-source`, BucketLoggingStatus: {} };
      await e2e.alice.s3.send(new PutBucketLoggingCommand(nowhere));
      await withoutPolicy(e2e, bucket);
    },
  },
  "a load balancer's logs are delivered to it": {
    hazard: "log-target",
    setUp: async (e2e, bucket) => await allow(e2e, bucket, { Service: LOAD_BALANCER }, "s3:PutObject"),
    works: async (e2e, bucket) =>
      (await control(e2e, "deliver", { bucket, key: "logs/a", service: LOAD_BALANCER })) === 200,
  },
  "flow logs are delivered to it, and the key's policy does not know the service": {
    hazard: "log-target",
    setUp: async (e2e, bucket) => await allow(e2e, bucket, { Service: LOG_DELIVERY }, "s3:PutObject"),
    works: async (e2e, bucket) =>
      (await control(e2e, "deliver", { bucket, key: "logs/a", service: LOG_DELIVERY })) === 200,
    remove: withoutPolicy,
  },
  "anybody reads it": {
    hazard: "readers",
    setUp: open,
    works: async (e2e, bucket) => {
      await put(e2e, bucket);
      return (await fetch(`${e2e.sandbox.endpoint}/${bucket}/${KEY}`)).status === 200;
    },
  },
  "a website shows it": {
    hazard: "readers",
    setUp: async (e2e, bucket) => {
      await open(e2e, bucket);
      const WebsiteConfiguration = { IndexDocument: { Suffix: KEY } };
      await e2e.alice.s3.send(new PutBucketWebsiteCommand({ Bucket: bucket, WebsiteConfiguration }));
    },
    works: async (e2e, bucket) => {
      await put(e2e, bucket);
      return (await visit(e2e, bucket)) === 200;
    },
    remove: async (e2e, Bucket) => {
      await e2e.alice.s3.send(new DeleteBucketWebsiteCommand({ Bucket }));
      await withoutPolicy(e2e, Bucket);
    },
  },
  "CloudFront reads it by an origin access identity": {
    hazard: "readers",
    setUp: async (e2e, bucket) => {
      const AWS = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE";
      await allow(e2e, bucket, { AWS }, "s3:GetObject");
    },
    works: async (e2e, bucket) => {
      await put(e2e, bucket);
      return (await control(e2e, "cloudfront", { bucket, key: KEY, oai: "E1EXAMPLE" })) === 200;
    },
  },
  "CloudFront reads it by an origin access control, and the key's policy does not know the distribution": {
    hazard: "readers",
    setUp: async (e2e, bucket) => await allow(e2e, bucket, { Service: "cloudfront.amazonaws.com" }, "s3:GetObject"),
    works: async (e2e, bucket) => {
      await put(e2e, bucket);
      const distribution = `arn:aws:cloudfront::${e2e.sandbox.account}:distribution/E1`;
      return (await control(e2e, "cloudfront", { bucket, key: KEY, distribution })) === 200;
    },
  },
  "another account reads it, and the key's policy does not know that account": {
    hazard: "readers",
    setUp: async (e2e, bucket) => await allow(e2e, bucket, { AWS: PARTNER }, "s3:GetObject"),
    works: async (e2e, bucket) => {
      await put(e2e, bucket);
      const partner = e2e.as({ accessKeyId: PARTNER, secretAccessKey: "test" });
      return await succeeds(partner.s3.send(new GetObjectCommand({ Bucket: bucket, Key: KEY })));
    },
    remove: withoutPolicy,
  },
  "it replicates by rules that leave out objects under KMS keys": {
    hazard: "replication",
    setUp: async (e2e, bucket) => {
      const copies = await newBucket(e2e.alice, "copies", `${bucket}-copies`);
      const VersioningConfiguration = { Status: "Enabled" as const };
      for (const Bucket of [bucket, copies])
        await e2e.alice.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      const Destination = { Bucket: `arn:aws:s3:::${copies}` };
      const ReplicationConfiguration = {
        Role: await replicationRole(e2e, bucket),
        Rules: [{ ID: "all", Status: "Enabled" as const, Prefix: "", Destination }],
      };
      await e2e.alice.s3.send(new PutBucketReplicationCommand({ Bucket: bucket, ReplicationConfiguration }));
    },
    works: async (e2e, bucket) => {
      const { VersionId } = await put(e2e, bucket);
      const head = new HeadObjectCommand({ Bucket: bucket, Key: KEY, VersionId });
      return (await e2e.alice.s3.send(head)).ReplicationStatus === "COMPLETED";
    },
    remove: async ({ alice }, Bucket) => await alice.s3.send(new DeleteBucketReplicationCommand({ Bucket })),
  },
  "its policy refuses uploads under any key but another one": {
    hazard: "writers-refused",
    setUp: async (e2e, bucket) => {
      const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
      const another = `arn:aws:kms:${e2e.sandbox.region}:${e2e.sandbox.account}:key/00000000-0000-4000-8000-000000000009`;
      await policyOf(e2e, bucket, {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Condition: { Null: { [key]: "false" }, ArnNotEquals: { [key]: another } },
      });
    },
    works: async (e2e, bucket) => await succeeds(put(e2e, bucket)),
    remove: withoutPolicy,
  },
  "somebody uploads with keys of their own, and SSE-C is blocked": {
    hazard: "writers-refused",
    from: () => ({ algorithm: "AES256", sseC: "NONE" }),
    to: () => ({ algorithm: "AES256", sseC: "SSE-C" }),
    setUp: async () => {},
    works: async (e2e, bucket) => {
      const key = Buffer.alloc(32, 1);
      const SSECustomerKeyMD5 = createHash("md5").update(key).digest("base64");
      const own = { SSECustomerAlgorithm: "AES256", SSECustomerKey: key.toString("base64"), SSECustomerKeyMD5 };
      return await succeeds(put(e2e, bucket, own));
    },
  },
  "an uploader may use the key for objects' ARNs only, and a bucket key is switched on": {
    hazard: "encryption-context",
    from: ({ sandbox }) => ({ algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: false }),
    setUp: async (e2e, bucket) => {
      const StringLike = { "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${bucket}/*` };
      await uploader(e2e, bucket, { Action: "kms:GenerateDataKey", Condition: { StringLike } });
    },
    works: async (e2e, bucket) => await succeeds(put(e2e, bucket, {}, await asUploader(e2e, bucket))),
  },
  "an uploader has a grant for one object's ARN, and a bucket key is switched on": {
    hazard: "encryption-context",
    from: ({ sandbox }) => ({ algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: false }),
    setUp: async (e2e, bucket) => {
      const GranteePrincipal = await uploader(e2e, bucket);
      const Constraints = { EncryptionContextSubset: { "aws:s3:arn": `arn:aws:s3:::${bucket}/${KEY}` } };
      const grant = { KeyId: e2e.sandbox.keyArn, GranteePrincipal, Operations: ["GenerateDataKey" as const] };
      await e2e.root.kms.send(new CreateGrantCommand({ ...grant, Constraints }));
    },
    works: async (e2e, bucket) => await succeeds(put(e2e, bucket, {}, await asUploader(e2e, bucket))),
  },
};

// --- internal ---

const KEY = "index.html";
const PARTNER = "222233334444";
const LOAD_BALANCER = "logdelivery.elasticloadbalancing.amazonaws.com";
const LOG_DELIVERY = "delivery.logs.amazonaws.com";

async function put(e2e: Story, Bucket: string, more: Partial<PutObjectCommandInput> = {}, as = e2e.alice) {
  return await as.s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: "x", ...more }));
}

async function succeeds(call: Promise<unknown>): Promise<boolean> {
  return await call.then(
    () => true,
    () => false,
  );
}

async function policyOf(e2e: Story, Bucket: string, statement: object): Promise<void> {
  const Statement = [{ Resource: `arn:aws:s3:::${Bucket}/*`, ...statement }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await e2e.alice.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

async function allow(e2e: Story, bucket: string, Principal: object | "*", Action: string): Promise<void> {
  await policyOf(e2e, bucket, { Effect: "Allow", Principal, Action });
}

async function withoutPolicy({ alice }: Story, Bucket: string): Promise<void> {
  await alice.s3.send(new DeleteBucketPolicyCommand({ Bucket }));
}

async function open(e2e: Story, Bucket: string): Promise<void> {
  await e2e.alice.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await allow(e2e, Bucket, "*", "s3:GetObject");
}

/** The status of a control path of the local AWS; see sandbox/local_aws/s3/control.py. */
async function control({ sandbox }: Story, what: string, query: Readonly<Record<string, string>>): Promise<number> {
  const path = `${sandbox.endpoint}/_bucketseal/s3/${what}?${new URLSearchParams(query)}`;
  return (await fetch(path, { method: "PUT" })).status;
}

async function visit({ sandbox }: Story, bucket: string): Promise<number | undefined> {
  const { hostname, port } = new URL(sandbox.endpoint);
  const host = `${bucket}.s3-website-${sandbox.region}.amazonaws.com`;
  return await new Promise((resolve, reject) => {
    const visited = request({ hostname, port, path: "/", headers: { host } }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
    });
    visited.on("error", reject).end();
  });
}

/** A role that may replicate everything, under every key. */
async function replicationRole({ root }: Story, bucket: string): Promise<string> {
  const RoleName = `replication-${createHash("sha256").update(bucket).digest("hex").slice(0, 12)}`;
  const document = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const AssumeRolePolicyDocument = document({ Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" });
  const { Role } = await root.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const PolicyDocument = document({ Action: ["s3:*", "kms:*"], Resource: "*" });
  await root.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument }));
  return Role?.Arn ?? "";
}

/** An IAM user named after the bucket, who may upload and do what the statement says; the ARN. */
async function uploader({ root }: Story, UserName: string, statement?: object): Promise<string> {
  const { User } = await root.iam.send(new CreateUserCommand({ UserName }));
  const upload = { Effect: "Allow", Action: "s3:PutObject", Resource: "*" };
  const more = statement === undefined ? [] : [{ Effect: "Allow", Resource: "*", ...statement }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [upload, ...more] });
  await root.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "uploads", PolicyDocument }));
  return User?.Arn ?? "";
}

async function asUploader(e2e: Story, UserName: string): Promise<Clients> {
  const { AccessKey } = await e2e.root.iam.send(new CreateAccessKeyCommand({ UserName }));
  return e2e.as({ accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" });
}
