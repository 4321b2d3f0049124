import { GetObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import type { Clients } from "./clients.ts";

/** What S3 says of an object. */
export async function headOf({ s3 }: Clients, Bucket: string, Key: string): Promise<HeadObjectCommandOutput> {
  return s3.send(new HeadObjectCommand({ Bucket, Key }));
}

export async function bytesOf({ s3 }: Clients, Bucket: string, Key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}
