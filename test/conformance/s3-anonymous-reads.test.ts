import { request } from "node:http";
import {
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { control, onAws } from "./s3-setting.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html: SSE-KMS does not support
// anonymous users. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html

const aws = conformance();
let Bucket: string;

beforeAll(async () => {
  Bucket = await aws.bucket();
  await aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await policyOf(Bucket, "*");
  const WebsiteConfiguration = { IndexDocument: { Suffix: "index.html" } };
  await aws.s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
});

const policyOf = async (bucket: string, Principal: object | "*") => {
  const Statement = [{ Effect: "Allow", Principal, Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*` }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
};
const put = async (Key: string, more: Partial<PutObjectCommandInput> = {}, bucket = Bucket) =>
  await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `the ${Key}`, ...more }));
const under = (SSEKMSKeyId: string) => ({ ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId });
/** A key that everybody may use, if only its policy counted. */
const openKey = async () => {
  const Statement = [{ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }];
  return await aws.key({ Version: "2012-10-17", Statement });
};
const anonymously = async (Key: string, method = "GET") =>
  await fetch(`${aws.endpoint ?? `https://${Bucket}.s3.amazonaws.com`}${aws.endpoint ? `/${Bucket}` : ""}/${Key}`, {
    method,
  });

describe("an anonymous reader of a public bucket", () => {
  test("reads an object under SSE-S3", async () => {
    await put("plain");
    const answer = await anonymously("plain");
    expect([answer.status, await answer.text()]).toEqual([200, "the plain"]);
  });

  test("is refused one under KMS, whatever the key's policy says", async () => {
    await put("secret", under(await openKey()));
    const answer = await anonymously("secret");
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringMatching(/<Code>InvalidArgument<.*require AWS Signature Version 4\./s),
    ]);
    expect((await anonymously("secret", "HEAD")).status).toBe(400);
  });
});

describe("a website", () => {
  const visit = async (path: string): Promise<{ status: number | undefined; text: string }> => {
    const host = `${Bucket}.s3-website-us-east-1.amazonaws.com`;
    const { hostname, port } = new URL(aws.endpoint ?? `http://${host}`);
    return await new Promise((resolve, reject) => {
      const visited = request({ hostname, port, path, headers: { host } }, (answer) => {
        let text = "";
        answer.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        answer.on("end", () => resolve({ status: answer.statusCode, text }));
      });
      visited.on("error", reject).end();
    });
  };

  test("shows its index document, in folders too", async () => {
    await put("index.html");
    await put("docs/index.html");
    expect(await visit("/")).toEqual({ status: 200, text: "the index.html" });
    expect(await visit("/docs/")).toEqual({ status: 200, text: "the docs/index.html" });
  });

  test("shows an error page for an object under KMS", async () => {
    await put("page.html", under(await openKey()));
    expect(await visit("/page.html")).toEqual({
      status: 400,
      text: expect.stringMatching(/^<html>.*Code: InvalidArgument.*Signature Version 4/s),
    });
  });
});

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
// On AWS it takes a distribution, and minutes.
describe.skipIf(onAws)("CloudFront", () => {
  const read = async (bucket: string, as: string) => await control(aws, `cloudfront?bucket=${bucket}&key=page&${as}`);

  test("reads by an origin access identity, but no object under KMS", async () => {
    const bucket = await aws.bucket();
    const AWS = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE";
    await policyOf(bucket, { AWS });
    await put("page", {}, bucket);
    await read(bucket, "oai=E1EXAMPLE");
    await expect(read(bucket, "oai=E2EXAMPLE")).rejects.toThrow("403");
    await put("page", under(await openKey()), bucket);
    await expect(read(bucket, "oai=E1EXAMPLE")).rejects.toThrow("403");
  });

  test("reads an object under KMS by an origin access control, if the key's policy lets it for the distribution", async () => {
    const bucket = await aws.bucket();
    const distribution = (id: string) => `arn:aws:cloudfront::${aws.account}:distribution/${id}`;
    const Principal = { Service: "cloudfront.amazonaws.com" };
    await policyOf(bucket, Principal);
    await put("page", under(await aws.key()), bucket);
    await expect(read(bucket, `distribution=${distribution("E1")}`)).rejects.toThrow("403");
    const own = { Effect: "Allow", Principal: { AWS: aws.account }, Action: "kms:*", Resource: "*" };
    const Condition = { StringEquals: { "aws:SourceArn": distribution("E1") } };
    const its = { Effect: "Allow", Principal, Action: "kms:Decrypt", Resource: "*", Condition };
    await put("page", under(await aws.key({ Version: "2012-10-17", Statement: [own, its] })), bucket);
    await read(bucket, `distribution=${distribution("E1")}`);
    await expect(read(bucket, `distribution=${distribution("E2")}`)).rejects.toThrow("403");
  });
});
