import { createHash, randomBytes } from "node:crypto";
import {
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";
import type { Conformance } from "../../support/local-aws/conformance.ts";

/** Keys that break code which encodes, decodes or normalizes them. */
export const oddKeys: readonly string[] = [
  "a b+c%20",
  "ü/ñ/😀",
  "a//b",
  "../up",
  "./here",
  `x&<>"'y`,
  "/leading",
  "question?mark=1#hash",
  "100%",
  "back\\slash",
  "ümlaut-".padEnd(1023, "k"),
];

/** Helpers of every test about objects, in an account of a local AWS. */
export function objectWorld(aws: Conformance) {
  const put = (Bucket: string, more: Partial<PutObjectCommandInput> = {}) =>
    aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "the bytes", ...more }));
  return {
    put,
    ref: (bucket: string, key = "a", versionId?: string): ObjectRef => ({
      bucket: { partition: "aws", account: aws.account, region: aws.region, bucket },
      key,
      ...(versionId === undefined ? {} : { versionId }),
    }),
    /** A bucket, by its versioning. */
    bucket: async (versioning: "unversioned" | "versioned" | "suspended") => {
      const Bucket = await aws.bucket();
      const turn = (Status: "Enabled" | "Suspended") =>
        aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
      if (versioning !== "unversioned") await turn("Enabled");
      if (versioning === "suspended") await turn("Suspended");
      return Bucket;
    },
    turn: (Bucket: string, Status: "Enabled" | "Suspended") =>
      aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } })),
    /** Writes an object that only the writer can read, in a bucket that allows it. */
    putSseC: async (Bucket: string) => {
      const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] } }];
      await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
      const raw = randomBytes(32);
      const SSECustomerKeyMD5 = createHash("md5").update(raw).digest("base64");
      return put(Bucket, {
        SSECustomerAlgorithm: "AES256",
        SSECustomerKey: raw.toString("base64"),
        SSECustomerKeyMD5,
      });
    },
  };
}

/** The value of a fact that must be known. */
export function there(fact: Fact<ObjectFacts | null>): ObjectFacts {
  if (!fact.known || fact.value === null) throw new Error(`not there: ${JSON.stringify(fact)}`);
  return fact.value;
}
