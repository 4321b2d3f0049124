import { PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { type Doubt, outcome } from "./doubt.ts";

/** Whether S3 takes a bucket key in a DSSE configuration; ours leave it out. */
export const dsseBucketKey: Doubt = {
  question: "PutBucketEncryption with aws:kms:dsse and BucketKeyEnabled absent, false, true",
  expected: "done, done, done",
  ask: async (aws) => {
    const [Bucket, KMSMasterKeyID] = [await aws.bucket(), await aws.key()];
    const byDefault = { SSEAlgorithm: "aws:kms:dsse" as const, KMSMasterKeyID };
    const answers = [];
    for (const more of [{}, { BucketKeyEnabled: false }, { BucketKeyEnabled: true }]) {
      const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault, ...more }];
      const put = new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
      answers.push(await outcome(aws.s3.send(put)));
    }
    return answers.join(", ");
  },
};
