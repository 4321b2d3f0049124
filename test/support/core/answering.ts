import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";

/** An S3 client with a fixed response to every request: for responses that no emulator gives. */
export function answering(statusCode: number, xml: string, more: Readonly<Record<string, string>> = {}): S3Client {
  const handle = async () => ({
    response: { statusCode, headers: { "content-type": "application/xml", ...more }, body: Readable.from([xml]) },
  });
  return new S3Client({
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: { handle, metadata: { handlerProtocol: "http/1.1" } } as never,
  });
}
