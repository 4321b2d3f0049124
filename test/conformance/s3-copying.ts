import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import type { Conformance } from "../support/local-aws/conformance.ts";

/** Steps that the tests of copies share: the object is `a` with the byte `x`, its copy is `b`. */
export function copying(aws: Conformance) {
  const copy = (Bucket: string, more: Partial<CopyObjectCommandInput> = {}) =>
    aws.s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a`, ...more }));
  return {
    copy,
    inPlace: (Bucket: string, more: Partial<CopyObjectCommandInput> = {}) => copy(Bucket, { Key: "a", ...more }),
    write: (Bucket: string, more: Partial<PutObjectCommandInput> = {}) =>
      aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...more })),
    head: (Bucket: string, Key = "b") => aws.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" })),
    rule: async (Bucket: string, ...Rules: object[]) => {
      const ServerSideEncryptionConfiguration = { Rules };
      await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    },
    versioned: async () => {
      const Bucket = await aws.bucket();
      const VersioningConfiguration = { Status: "Enabled" as const };
      await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      return Bucket;
    },
  };
}
