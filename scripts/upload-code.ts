import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { objectCode } from "../stacks/org/object-code.ts";

/**
 * Uploads the object function's code to the bucket that members take it from: BUCKET, in the
 * Region of AWS_REGION. Prints its key.
 */
const [bucket] = process.argv.slice(2);
if (bucket === undefined) throw new Error("usage: upload-code BUCKET");
const { key, zip } = objectCode();
await new S3Client().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: zip }));
console.log(key);
