import { HeadObjectCommand, PutBucketVersioningCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { eventually } from "../local-aws/eventually.ts";
import type { Doubt } from "./doubt.ts";

/**
 * Which right decides whether a missing version is a 404 or a 403: copies in suspended buckets
 * depend on it.
 */
export const nullVersion: Doubt = {
  question: "HEAD of a missing version `null` with s3:ListBucket, without and with s3:ListBucketVersions",
  expected: "404; 404",
  ask: async (aws) => {
    const Bucket = await aws.bucket();
    const VersioningConfiguration = { Status: "Enabled" as const };
    await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
    const answers = [];
    for (const more of [[], ["s3:ListBucketVersions"]]) {
      const Action = ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", ...more];
      const { s3 } = await aws.otherUser([{ Effect: "Allow", Action, Resource: "*" }]);
      const head = (VersionId?: string) => s3.send(new HeadObjectCommand({ Bucket, Key: "a", VersionId }));
      await eventually("the rights", async () => await head().catch(() => undefined));
      answers.push(
        await head("null").then(
          () => "there",
          (error: { $metadata?: { httpStatusCode?: number } }) => String(error.$metadata?.httpStatusCode),
        ),
      );
    }
    return answers.join("; ");
  },
};
