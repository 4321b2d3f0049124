import { createHmac } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";

/**
 * Uploads one byte by a form, as a browser does (PostObject); `more` are further fields of the
 * form.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export async function formUpload(s3: S3Client, Bucket: string, more: Record<string, string>): Promise<Response> {
  const [region, where] = [await s3.config.region(), await s3.config.endpoint?.()];
  const url = where ? `${where.protocol}//${where.hostname}:${where.port}` : `https://s3.${region}.amazonaws.com`;
  return fetch(`${url}/${Bucket}`, { method: "POST", body: await form(s3, Bucket, region, more) });
}

// --- internal ---

async function form(s3: S3Client, Bucket: string, region: string, more: Record<string, string>): Promise<FormData> {
  const { accessKeyId, secretAccessKey, sessionToken } = await s3.config.credentials();
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = [date.slice(0, 8), region, "s3", "aws4_request"];
  const fields: Record<string, string> = {
    key: "a",
    ...more,
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": [accessKeyId, ...scope].join("/"),
    "x-amz-date": date,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  const conditions = [{ bucket: Bucket }, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))];
  const expiration = new Date(Date.now() + 600_000).toISOString();
  fields.policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  fields["x-amz-signature"] = hmac(key, fields.policy).toString("hex");
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append("file", "x");
  return data;
}
