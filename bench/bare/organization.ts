import { ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { GetBucketEncryptionCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mapPool } from "../../cli/buckets/pool.ts";

/** Accounts at once, and parallel calls in each: the CLI's. */
const ACCOUNTS = 8;
const CONCURRENCY = 16;

/**
 * The minimum needed to know how every bucket of an organization is encrypted: list the accounts,
 * assume a role in each but the caller's own, list its buckets, read each. No judgement, no keys,
 * no output. Returns the number of buckets encrypted with KMS.
 */
export async function bareOrganization(role: string): Promise<number> {
  const sts = new STSClient({});
  const { Account: own } = await sts.send(new GetCallerIdentityCommand({}));
  const accounts: string[] = [];
  const organizations = new OrganizationsClient({});
  for (let next: string | undefined, more = true; more; more = next !== undefined) {
    const page = await organizations.send(new ListAccountsCommand({ NextToken: next }));
    for (const { Id: id } of page.Accounts ?? []) if (id !== undefined) accounts.push(id);
    next = page.NextToken;
  }
  const counts = await mapPool(accounts, ACCOUNTS, async (account) => {
    const s3 = await clientOf(sts, account === own ? null : `arn:aws:iam::${account}:role/${role}`);
    const { Buckets: buckets = [] } = await s3.send(new ListBucketsCommand({ MaxBuckets: 10_000 }));
    const algorithms = await mapPool(buckets, CONCURRENCY, async ({ Name: Bucket }) => {
      const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
      return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
    });
    return algorithms.filter((algorithm) => algorithm === "aws:kms").length;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

// --- internal ---

async function clientOf(sts: STSClient, RoleArn: string | null): Promise<S3Client> {
  if (RoleArn === null) return new S3Client({ forcePathStyle: true });
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "bare" }));
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "", SessionToken = "" } = given ?? {};
  return new S3Client({
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey, sessionToken: SessionToken },
  });
}
