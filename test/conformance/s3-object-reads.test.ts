import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { refused } from "./s3-setting.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html

const aws = conformance();
const allow = (...Action: string[]) => [{ Effect: "Allow", Action, Resource: "*" }];

test("a missing object is a 403 without s3:ListBucket, and a 404 with it", async () => {
  const Bucket = await aws.bucket();
  const [blind, seeing] = [
    await aws.otherUser(allow("s3:GetObject")),
    await aws.otherUser(allow("s3:GetObject", "s3:ListBucket")),
  ];
  const statusOf = async (call: Promise<unknown>) => (await refused(call))[0];
  for (const Command of [HeadObjectCommand, GetObjectCommand]) {
    const command = () => new Command({ Bucket, Key: "none" }) as HeadObjectCommand;
    expect(await statusOf(blind.s3.send(command()))).toBe(403);
    await eventually("the policy", async () => (await statusOf(seeing.s3.send(command()))) === 404 || undefined);
  }
});

test("the locks of an object are shown to those who may read them", async () => {
  const Bucket = await aws.bucket("shown", { ObjectLockEnabledForBucket: true });
  const { VersionId } = await aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
  await aws.s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: "a", VersionId, LegalHold: { Status: "ON" } }));
  const [blind, seeing] = [
    await aws.otherUser(allow("s3:GetObject")),
    await aws.otherUser(allow("s3:GetObject", "s3:GetObjectLegalHold")),
  ];
  const held = async ({ s3 }: typeof blind) =>
    (await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))).ObjectLockLegalHoldStatus;
  expect(await held(blind)).toBeUndefined();
  expect(await held(seeing)).toBe("ON");
  await aws.s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: "a", VersionId, LegalHold: { Status: "OFF" } }));
});

test("an object without a version of its own is the version null once its bucket has been versioned", async () => {
  const Bucket = await aws.bucket();
  const turn = (Status: "Enabled" | "Suspended") =>
    aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const versionOf = async (Key: string) => (await aws.s3.send(new HeadObjectCommand({ Bucket, Key }))).VersionId;
  await aws.s3.send(new PutObjectCommand({ Bucket, Key: "before", Body: "x" }));
  expect(await versionOf("before")).toBeUndefined();
  await turn("Enabled");
  await turn("Suspended");
  await aws.s3.send(new PutObjectCommand({ Bucket, Key: "after", Body: "x" }));
  expect([await versionOf("before"), await versionOf("after")]).toEqual(["null", "null"]);
});
