import { AbortMultipartUploadCommand, CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { isUploading } from "#aws/s3/object-uploads";
import { answering } from "../../support/core/answering.ts";
import { conformance } from "../../support/local-aws/conformance.ts";
import { objectWorld, oddKeys } from "./object-world.ts";

const aws = conformance();
const { ref, bucket } = objectWorld(aws);

test("a multipart upload of the very key is under way until it is aborted, whatever else begins like it", async () => {
  const Bucket = await bucket("unversioned");
  const begin = (Key: string) => aws.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  await Promise.all(["a/b", "a0", "A"].map(begin));
  expect(await isUploading(aws.s3, ref(Bucket, "a"))).toEqual({ known: true, value: false });
  const { UploadId } = await begin("a");
  expect(await isUploading(aws.s3, ref(Bucket, "a"))).toEqual({ known: true, value: true });
  await aws.s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "a", UploadId }));
  expect(await isUploading(aws.s3, ref(Bucket, "a"))).toEqual({ known: true, value: false });
});

test.each(oddKeys)("a multipart upload of %j is seen", async (Key) => {
  const Bucket = await bucket("unversioned");
  expect(await isUploading(aws.s3, ref(Bucket, Key))).toEqual({ known: true, value: false });
  await aws.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  expect(await isUploading(aws.s3, ref(Bucket, Key))).toEqual({ known: true, value: true });
});

test("a response in URL encoding is decoded, since a key may hold what XML cannot", async () => {
  const xml = `<ListMultipartUploadsResult><EncodingType>url</EncodingType><Upload><Key>a+b%2B%25%01/c</Key></Upload></ListMultipartUploadsResult>`;
  expect(await isUploading(answering(200, xml), ref("bucket", "a b+%\u0001/c"))).toEqual({ known: true, value: true });
  expect(await isUploading(answering(200, xml), ref("bucket", "a"))).toEqual({ known: true, value: false });
});

test("a multipart upload is unknown if it may not be listed", async () => {
  const Bucket = await bucket("unversioned");
  const { s3 } = await aws.otherUser([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
  expect(await isUploading(s3, ref(Bucket))).toMatchObject({ known: false, error: { name: "AccessDenied" } });
});
