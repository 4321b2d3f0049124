import { GetBucketEncryptionCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";

/** Parallel calls: the CLI's default. */
const CONCURRENCY = 16;

/**
 * The minimum needed to know how every bucket of an account is encrypted: list them, read each. No
 * judgement, no keys, no output. Returns the number of buckets encrypted with KMS.
 */
export async function bareClient(): Promise<number> {
  const s3 = new S3Client({ forcePathStyle: true });
  const names: string[] = [];
  for (let next: string | undefined, more = true; more; more = next !== undefined) {
    const page = await s3.send(new ListBucketsCommand({ MaxBuckets: 10_000, ContinuationToken: next }));
    for (const { Name: name } of page.Buckets ?? []) if (name !== undefined) names.push(name);
    next = page.ContinuationToken;
  }
  let kms = 0;
  const read = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket: name }));
      const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
      if (rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm === "aws:kms") kms++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, read));
  return kms;
}
