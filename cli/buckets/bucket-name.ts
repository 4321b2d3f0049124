import { safe } from "#core/safe";
import { CliError } from "../error.ts";

/**
 * The name of a bucket as people type it: the name, its ARN, or an `s3://` URL without a key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @throws CliError if the text names no bucket: S3 would answer with a puzzle
 */
export function bucketName(text: string): string {
  const name = text.replace(/^s3:\/\/(?=[^/]+\/?$)|^arn:[a-z-]+:s3:::(?=[^/]+$)/, "").replace(/^([^/]+)\/$/, "$1");
  // Before 2018 us-east-1 took capitals and underscores, and up to 255 characters.
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(name)) return name;
  throw new CliError(`"${safe(text)}" is not a bucket's name, such as invoices${hint(text)}`, { code: "usage" });
}

// --- internal ---

function hint(text: string): string {
  if (/[*?]/.test(text)) return "; wildcards are not understood: without a name, every bucket is looked at";
  if (/^(s3:\/\/|arn:[a-z-]+:s3:::)[^/]+\/./.test(text)) return "; give the bucket alone, without the object's key";
  return text.startsWith("arn:") ? ", nor the ARN of a bucket, such as arn:aws:s3:::invoices" : "";
}
