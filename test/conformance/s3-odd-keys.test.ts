import {
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { ODD_KEYS } from "../support/odd-keys.ts";
import { refused } from "./s3-setting.ts";

const aws = conformance();

/** A user who may do something with objects of some keys, and nothing else. */
const ofKeys = async (Bucket: string, keys: string, ...Action: string[]) => {
  const Resource = `arn:aws:s3:::${Bucket}/${keys}`;
  return (await aws.otherUser([{ Effect: "Allow", Action, Resource }])).s3;
};

test("what a policy allows for objects goes for every key, whatever its slashes", async () => {
  const Bucket = await aws.bucket();
  const s3 = await ofKeys(Bucket, "*", "s3:PutObject", "s3:GetObject*", "s3:PutObjectTagging", "s3:DeleteObject");
  await eventually("the policy", () => s3.send(new PutObjectCommand({ Bucket, Key: "a" })).catch(() => undefined));
  for (const Key of ODD_KEYS) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head.ContentLength, JSON.stringify(Key)).toBe(Buffer.byteLength(Key));
    await s3.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ["ObjectSize"] }));
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  }
});

test("a//b is not a/b, and the object / is not its bucket", async () => {
  const Bucket = await aws.bucket();
  const s3 = await ofKeys(Bucket, "a//*", "s3:PutObject", "s3:GetObject");
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  await eventually("the policy", () => put("a//b").catch(() => undefined));
  for (const key of ["a/b", "/a//b", "/"]) expect((await refused(put(key))).slice(0, 2)).toEqual([403, "AccessDenied"]);
  const attributes = { ObjectAttributes: ["ObjectSize" as const] };
  await aws.s3.send(new PutObjectCommand({ Bucket, Key: "a/b", Body: "x" }));
  const read = s3.send(new GetObjectAttributesCommand({ Bucket, Key: "a/b", ...attributes }));
  expect((await refused(read)).slice(0, 2)).toEqual([403, "AccessDenied"]);
  await aws.s3.send(new PutObjectCommand({ Bucket, Key: "/", Body: "x" }));
  const lists = await aws.otherUser([{ Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${Bucket}` }]);
  const head = lists.s3.send(new HeadObjectCommand({ Bucket, Key: "/" }));
  expect((await refused(head))[0]).toBe(403);
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
test("ListObjectVersions form-encodes keys where it is asked to, page after page", async () => {
  const Bucket = await aws.bucket();
  for (const Key of ODD_KEYS) await aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  const decoded = (key = "") => decodeURIComponent(key.replaceAll("+", " "));
  const found: string[] = [];
  const markers: string[] = [];
  let marker: { KeyMarker?: string; VersionIdMarker?: string | undefined } | undefined = {};
  while (marker !== undefined) {
    const page: Awaited<ReturnType<typeof list>> = await list(Bucket, { MaxKeys: 7, ...marker });
    expect(page.EncodingType).toBe("url");
    expect(page.Versions?.length).toBeLessThanOrEqual(7);
    found.push(...(page.Versions ?? []).map(({ Key }) => decoded(Key)));
    if (page.NextKeyMarker !== undefined) markers.push(page.NextKeyMarker);
    marker = page.IsTruncated
      ? { KeyMarker: decoded(page.NextKeyMarker), VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
  const inOrder = ODD_KEYS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(found).toEqual(inOrder);
  expect(markers.map(decoded)).toEqual(inOrder.filter((_, at) => at % 7 === 6 && at < inOrder.length - 1));
  const { Versions, Prefix } = await list(Bucket, { Prefix: "a b+" });
  expect([Prefix, Versions?.map(({ Key }) => Key)]).toEqual(["a+b%2B", ["a+b%2Bc"]]);
  const plain = await aws.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "a b+" }));
  expect([plain.EncodingType, plain.Versions?.[0]?.Key]).toEqual([undefined, "a b+c"]);
});

function list(Bucket: string, more: object) {
  return aws.s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType: "url", ...more }));
}
