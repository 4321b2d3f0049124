import { nameOf, statusOf } from "#aws/error";
import { bucketRegion } from "#aws/s3/bucket-region";
import { listBuckets } from "#aws/s3/list-buckets";
import type { BucketRef } from "#core/names";
import { partitionOf } from "#core/names";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { Session } from "../session/session.ts";
import { bucketName } from "./bucket-name.ts";

/**
 * Lists every general purpose bucket of the session's account, in all Regions.
 * @param name - that one alone, if the account owns it
 */
export async function accountBuckets(session: Session, name?: string): Promise<BucketRef[]> {
  const [found, { account }] = await Promise.all([listBuckets(session.s3(session.region), name), session.identity()]);
  const listed = name === undefined ? found : found.filter((each) => each.name === name);
  const refs: BucketRef[] = [];
  for (const { name, region } of listed) {
    refs.push(region === null ? await findBucket(session, name) : refOf(account, region, name));
  }
  return refs;
}

/**
 * Finds a bucket and its Region by name.
 * @throws CliError if there is no such bucket, or the text names none
 */
export async function findBucket(session: Session, text: string): Promise<BucketRef> {
  const bucket = bucketName(text);
  const { account } = await session.identity();
  try {
    const region = await bucketRegion(session.s3(session.region), account, bucket);
    return refOf(account, region ?? session.region, bucket);
  } catch (error) {
    if (statusOf(error) === 400 && nameOf(error) === "Unknown") {
      const message = `S3 refuses to say where the bucket "${safe(bucket)}" is (400): check its spelling, and the credentials`;
      throw new CliError(message, { code: "bad-request", cause: error });
    }
    if (statusOf(error) !== 404) throw error;
    throw new CliError(`there is no bucket "${safe(bucket)}"`, { code: "no-bucket", cause: error });
  }
}

// --- internal ---

function refOf(account: string, region: string, bucket: string): BucketRef {
  return { partition: partitionOf(region), account, region, bucket };
}
