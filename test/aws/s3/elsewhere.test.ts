import type { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { getBucketEncryption, putBucketEncryption } from "#aws/s3/bucket-encryption";
import { readNotifications, switchEventsOn } from "#aws/s3/bucket-notifications";
import { isOwnerEnforced } from "#aws/s3/bucket-ownership";
import { getBucketPayer } from "#aws/s3/bucket-payer";
import { bucketRegion } from "#aws/s3/bucket-region";
import { getBucketTags } from "#aws/s3/bucket-tags";
import { getBucketVersioning } from "#aws/s3/bucket-versioning";
import { copyOntoItself } from "#aws/s3/object-copy";
import { readGrants } from "#aws/s3/object-grants";
import { headObject } from "#aws/s3/object-head";
import { updateObjectEncryption } from "#aws/s3/object-update";
import { isUploading } from "#aws/s3/object-uploads";
import type { ObjectFacts } from "#core/decide/object/facts";
import { answering } from "../../support/core/answering.ts";
import { permit } from "../../support/local-aws/permit.ts";
import { account, refOf } from "./new-bucket.ts";

const ref = refOf("moved");
const object = { bucket: ref, key: "a" };
const wanted = { algorithm: "aws:kms", key: `arn:aws:kms:us-east-1:${account}:key/k`, bucketKey: false } as const;
const seen = { etag: '"e"', storageClass: "STANDARD" } as ObjectFacts;

const known = (value: unknown) => ({ known: true, value });
const noBucket = { known: false, error: expect.objectContaining({ name: "NoSuchBucket" }) };

/** Every call about a bucket or an object, and what it comes to where there is no such bucket. */
const calls: readonly (readonly [string, (s3: S3Client) => Promise<unknown>, unknown])[] = [
  ["GetBucketEncryption", (s3) => getBucketEncryption(s3, ref), known(null)],
  ["PutBucketEncryption", (s3) => putBucketEncryption(s3, ref, { ...wanted, sseC: "SSE-C" }, permit), { kind: "gone" }],
  ["GetBucketTagging", (s3) => getBucketTags(s3, ref), known({})],
  ["GetBucketNotificationConfiguration", (s3) => readNotifications(s3, ref), known(null)],
  ["PutBucketNotificationConfiguration", (s3) => switchEventsOn(s3, ref, {}, permit), { kind: "gone" }],
  ["HeadObject", (s3) => headObject(s3, object), known(null)],
  ["HeadObject of a version", (s3) => headObject(s3, { ...object, versionId: "v" }), known(null)],
  [
    "CopyObject",
    (s3) => copyOntoItself(s3, object, seen, wanted, {}, permit),
    expect.objectContaining({ kind: "moved" }),
  ],
  [
    "UpdateObjectEncryption",
    (s3) => updateObjectEncryption(s3, object, wanted, { outsideAws: false, permit }),
    expect.objectContaining({ kind: "moved" }),
  ],
  ["GetBucketVersioning", (s3) => getBucketVersioning(s3, ref), noBucket],
  ["GetBucketRequestPayment", (s3) => getBucketPayer(s3, ref), noBucket],
  ["GetBucketOwnershipControls", (s3) => isOwnerEnforced(s3, ref), noBucket],
  ["GetObjectAcl", (s3) => readGrants(s3, object), noBucket],
  ["ListMultipartUploads", (s3) => isUploading(s3, object), noBucket],
];

const xml = (code: string, message: string, more = "") =>
  `<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;
const malformed = (region: string) =>
  `The authorization header is malformed; the region &#39;us-east-1&#39; is wrong; expecting &#39;${region}&#39;`;
const redirect = "must be addressed using the specified endpoint";
const header = (region: string) => ({ "x-amz-bucket-region": region });
const endpoint = (region: string) => `<Endpoint>moved.s3.${region}.amazonaws.com</Endpoint>`;

type Answer = readonly [status: number, body: string, headers?: Readonly<Record<string, string>>];

/** What S3 says of a bucket in another Region. */
const elsewhere: readonly (readonly [string, Answer])[] = [
  ["a permanent redirect", [301, xml("PermanentRedirect", redirect)]],
  ["a redirect without a body", [301, ""]],
  ["a redirect with the Region in the header", [301, xml("PermanentRedirect", redirect), header("eu-west-1")]],
  ["a redirect with the Region in its endpoint", [301, xml("PermanentRedirect", redirect, endpoint("eu-west-1"))]],
  ["a temporary redirect", [307, xml("TemporaryRedirect", "Please re-send this request")]],
  ["a bare 400 with the Region", [400, "", header("eu-west-1")]],
  ["a refusal with the Region", [403, "", header("eu-west-1")]],
  [
    "the Region that a signature should be for",
    [400, xml("AuthorizationHeaderMalformed", malformed("eu-west-1"), "<Region>eu-west-1</Region>")],
  ],
  ["the Region of the header, for a HEAD", [400, xml("AuthorizationHeaderMalformed", "x"), header("eu-west-1")]],
  [
    "a Region that has to be opted in to",
    [
      400,
      xml(
        "IllegalLocationConstraintException",
        "The me-south-1 location constraint is incompatible for the region",
        "<Region>me-south-1</Region>",
      ),
    ],
  ],
];

/** A HEAD has no body: what is only in one it cannot say. */
const inBody = (answer: Answer) => answer[0] === 400 && answer[2] === undefined;

describe.each(elsewhere)("%s: the bucket is gone from this Region", (_what, answer) => {
  const isHead = (name: string) => name.startsWith("HeadObject");
  test.each(calls.filter(([name]) => !(inBody(answer) && isHead(name))))("%s", async (_call, call, gone) => {
    expect(await call(answering(...answer))).toEqual(gone);
  });
});

test.each<readonly [string, Answer]>([
  ["in the sentence alone", [400, xml("AuthorizationHeaderMalformed", malformed("eu-west-1"))]],
  [
    "in the sentence of a Region to opt in to",
    [400, xml("IllegalLocationConstraintException", "The me-south-1 location constraint is incompatible")],
  ],
])("the Region is read %s", async (_what, answer) => {
  expect(await getBucketEncryption(answering(...answer), ref)).toEqual(known(null));
});

test.each<readonly [string, Answer, string]>([
  [
    "a redirect to the Region itself",
    [301, xml("PermanentRedirect", redirect), header("us-east-1")],
    "PermanentRedirect",
  ],
  [
    "a redirect to its own endpoint",
    [307, xml("TemporaryRedirect", redirect, endpoint("us-east-1"))],
    "TemporaryRedirect",
  ],
  [
    "a header that is malformed otherwise",
    [400, xml("AuthorizationHeaderMalformed", "a non-empty Access Key must be provided")],
    "AuthorizationHeaderMalformed",
  ],
  ["a refusal", [403, xml("AccessDenied", "Access Denied"), header("us-east-1")], "AccessDenied"],
  ["a Region that is none", [400, xml("InvalidRequest", "x"), header("<script>")], "InvalidRequest"],
])("not known, where nothing says that it is elsewhere: %s", async (_what, answer, name) => {
  expect(await getBucketEncryption(answering(...answer), ref)).toMatchObject({ known: false, error: { name } });
});

test("a HEAD's bare 400 is not about the bucket if HeadBucket returns no Region", async () => {
  await expect(headObject(answering(400, ""), object)).rejects.toMatchObject({ name: "RetryableError" });
});

test.each([301, 307, 400, 403])("HeadBucket's %i names the Region", async (status) => {
  expect(await bucketRegion(answering(status, "", header("eu-west-1")), account, "moved")).toBe("eu-west-1");
});
