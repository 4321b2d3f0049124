import { HeadObjectCommand, PutObjectCommand, UpdateObjectEncryptionCommand } from "@aws-sdk/client-s3";
import { objectPermissions } from "#aws/s3/permissions";
import { eventually } from "../local-aws/eventually.ts";
import { type Doubt, outcome } from "./doubt.ts";

/**
 * Whether S3 says `kms:ViaService` to KMS when it re-encrypts: all KMS rights of the object
 * function have that condition.
 */
export const updateViaService: Doubt = {
  question: "UpdateObjectEncryption with the object function's rights, of an object under SSE-S3, a KMS key, aws/s3",
  expected: "done, done, done",
  ask: async (aws) => {
    const [Bucket, target, source] = [await aws.bucket(), await aws.key(), await aws.key()];
    const scope = { partition: "aws", account: aws.account, region: aws.region, copy: false };
    const rights = objectPermissions(scope).map(({ actions, resources, conditions = {} }) => {
      return { Effect: "Allow", Action: actions, Resource: resources, Condition: conditions };
    });
    const { s3 } = await aws.otherUser(rights);
    const kms = { ServerSideEncryption: "aws:kms" as const };
    const answers = [];
    for (const [Key, under] of [
      ["s3", {}],
      ["kms", { ...kms, SSEKMSKeyId: source }],
      ["aws", kms],
    ] as const) {
      await aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...under }));
      await eventually(
        "the rights",
        async () => await s3.send(new HeadObjectCommand({ Bucket, Key })).catch(() => undefined),
      );
      const ObjectEncryption = { SSEKMS: { KMSKeyArn: target, BucketKeyEnabled: true } };
      answers.push(await outcome(s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key, ObjectEncryption }))));
    }
    return answers.join(", ");
  },
};
