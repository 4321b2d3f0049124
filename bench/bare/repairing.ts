import {
  GetBucketEncryptionCommand,
  ListBucketsCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { mapPool } from "../../cli/buckets/pool.ts";
import { put } from "../stage/stage.ts";

/** As many buckets as two instances of the bucket function look at at once. */
const CONCURRENCY = 20;

/**
 * The minimum needed to have every bucket of an account encrypted in one way: list them, read each,
 * write those that differ and read them again. No policy, no keys, no record. Returns how many it
 * wrote.
 */
export async function repairingClient(s3: S3Client, wanted: ServerSideEncryptionRule): Promise<number> {
  const { Buckets: all = [] } = await s3.send(new ListBucketsCommand({ MaxBuckets: 10_000 }));
  // The deployment's own buckets are none of its business.
  const mine = all.filter(({ Name: name = "" }) => name.startsWith("bench-"));
  const read = async (Bucket: string) => {
    const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    return JSON.stringify(answer.ServerSideEncryptionConfiguration?.Rules?.[0]) === JSON.stringify(wanted);
  };
  let written = 0;
  await mapPool(mine, CONCURRENCY, async ({ Name: name = "" }) => {
    if (await read(name)) return;
    await put(s3, name, wanted);
    if (!(await read(name))) throw new Error(`${name} is not as it was written`);
    written++;
  });
  return written;
}
