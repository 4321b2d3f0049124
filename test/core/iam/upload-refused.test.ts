import { describe, expect, test } from "vitest";
import type { UploadEncryption } from "#core/iam/upload-conditions";
import { wouldRefuseUpload } from "#core/iam/upload-refused";
import { abroad, bucketArn, document, home } from "../../support/core/iam.ts";

const key = `arn:aws:kms:eu-west-1:${home}:key/1`;
const other = `arn:aws:kms:eu-west-1:${home}:key/2`;
const plain = { algorithm: "AES256", key: null };
const kms = { algorithm: "aws:kms", key };
const dsse = { algorithm: "aws:kms:dsse", key };

const ALGORITHM = "s3:x-amz-server-side-encryption";
const KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id";

const rest = { Sid: "Uploads", Principal: "*", Action: "s3:PutObject", Resource: `${bucketArn}/*` };
const deny = (condition: object, more: object = {}) => ({ ...rest, Effect: "Deny", Condition: condition, ...more });
const allow = (condition: object, more: object = {}) => ({
  ...rest,
  Effect: "Allow",
  Principal: { AWS: abroad },
  Condition: condition,
  ...more,
});

type Row = readonly [string, readonly object[], UploadEncryption, UploadEncryption, string?];

/** What is refused, such as `default by Uploads`, with a question mark where that is not sure. */
function refused(statements: readonly object[], today: UploadEncryption, declared: UploadEncryption): string {
  return wouldRefuseUpload(document(...statements), bucketArn, home, today, declared)
    .map(({ by, upload, isSure }) => `${upload} by ${by}${isSure ? "" : "?"}`)
    .join(", ");
}

function rows(...list: readonly Row[]): void {
  test.each(list.map((row) => ({ what: row[0], row })))(
    "$what",
    ({ row: [_, statements, today, declared, expected = ""] }) => {
      expect(refused(statements, today, declared)).toBe(expected);
    },
  );
}

describe("a Deny", () => {
  rows(
    ["no statement", [], plain, kms],
    ["any upload without a header, as ever", [deny({ Null: { [ALGORITHM]: "true" } })], plain, kms],
    ["any upload with another header, as ever", [deny({ StringNotEquals: { [ALGORITHM]: "aws:kms" } })], plain, kms],
    ["uploads under anything but KMS, which end with the change", [deny({ Null: { [KEY]: "true" } })], plain, kms],
    ["uploads under another key than the declared one", [deny({ ArnNotEqualsIfExists: { [KEY]: key } })], plain, kms],
    [
      "headers that name another algorithm than the declared one",
      [deny({ Null: { [ALGORITHM]: "false" }, StringNotEquals: { [ALGORITHM]: "aws:kms" } })],
      plain,
      kms,
    ],
    ["every header, which leaves it to the default", [deny({ Null: { [ALGORITHM]: "false" } })], plain, kms],
    [
      "uploads under a key of the customer's",
      [deny({ Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" } })],
      plain,
      kms,
    ],
    ["plain HTTP", [deny({ Bool: { "aws:SecureTransport": "false" } })], plain, kms],
    ["every upload", [deny({})], plain, kms],
    ["another action", [deny({ StringNotEquals: { [ALGORITHM]: "AES256" } }, { Action: "s3:GetObject" })], plain, kms],
    [
      "another bucket",
      [deny({ StringNotEquals: { [ALGORITHM]: "AES256" } }, { Resource: "arn:aws:s3:::other/*" })],
      plain,
      kms,
    ],
    [
      "everything but this bucket",
      [{ ...deny({ StringNotEquals: { [ALGORITHM]: "AES256" } }), Resource: undefined, NotResource: `${bucketArn}/*` }],
      plain,
      kms,
    ],
    [
      "another key than the one it pins",
      [deny({ StringNotEquals: { [KEY]: other } })],
      { algorithm: "aws:kms", key: other },
      kms,
      "default by Uploads",
    ],
    [
      "the same, of an ARN",
      [deny({ ArnNotEqualsIfExists: { [KEY]: other } })],
      { algorithm: "aws:kms", key: other },
      kms,
      "default by Uploads",
    ],
    [
      "another key, which no upload passes today",
      [deny({ ArnNotEqualsIfExists: { [KEY]: other } })],
      plain,
      kms,
      "declared by Uploads",
    ],
    ["uploads under KMS", [deny({ Null: { [KEY]: "false" } })], plain, kms, "default by Uploads"],
    [
      "anything but SSE-S3 in the header",
      [deny({ StringNotEquals: { [ALGORITHM]: "AES256" } })],
      plain,
      kms,
      "declared by Uploads",
    ],
    [
      "the same, with IfExists, which changes nothing",
      [deny({ StringNotEqualsIfExists: { [ALGORITHM]: "AES256" } })],
      plain,
      kms,
      "declared by Uploads",
    ],
    [
      "a header that is not SSE-S3",
      [deny({ Null: { [ALGORITHM]: "false" }, StringNotEquals: { [ALGORITHM]: "AES256" } })],
      plain,
      kms,
      "declared by Uploads",
    ],
    [
      "a header that is not SSE-KMS, where DSSE is declared",
      [deny({ StringNotEquals: { [ALGORITHM]: "aws:kms" } })],
      plain,
      dsse,
      "declared by Uploads",
    ],
    [
      "a header that names another key than one of its own",
      [deny({ Null: { [ALGORITHM]: "false" }, StringNotEquals: { [KEY]: other } })],
      plain,
      kms,
      "declared by Uploads",
    ],
    [
      "uploads under anything but KMS, where SSE-S3 is declared",
      [deny({ Null: { [KEY]: "true" } })],
      kms,
      plain,
      "default by Uploads",
    ],
    [
      "anything but KMS in the header, where SSE-S3 is declared",
      [deny({ StringNotEquals: { [ALGORITHM]: "aws:kms" } })],
      kms,
      plain,
      "declared by Uploads",
    ],
    [
      "another key below a prefix",
      [deny({ ArnNotEqualsIfExists: { [KEY]: other } }, { Resource: `${bucketArn}/reports/*` })],
      { algorithm: "aws:kms", key: other },
      kms,
      "default by Uploads",
    ],
    [
      "another key by every action of a kind",
      [deny({ ArnNotEqualsIfExists: { [KEY]: other } }, { Action: "s3:Put*" })],
      { algorithm: "aws:kms", key: other },
      kms,
      "default by Uploads",
    ],
    [
      "another key of one role",
      [deny({ ArnNotEqualsIfExists: { [KEY]: other } }, { Principal: { AWS: `arn:aws:iam::${home}:role/ci` } })],
      { algorithm: "aws:kms", key: other },
      kms,
      "default by Uploads",
    ],
    [
      "another key outside a network",
      [deny({ ArnNotEqualsIfExists: { [KEY]: other }, StringNotEquals: { "aws:SourceVpc": "vpc-1" } })],
      { algorithm: "aws:kms", key: other },
      kms,
      "default by Uploads",
    ],
    [
      "a key that a tag of the bucket names",
      [deny({ StringNotEquals: { [KEY]: "\u0024{s3:BucketTag/key}" } })],
      kms,
      { ...kms, key: other },
      "default by Uploads?",
    ],
    ["by an operator that we do not know", [deny({ StringSounds: { [KEY]: key } })], plain, kms, "default by Uploads?"],
    ["by a condition that cannot be read", [deny([])], plain, kms, "default by Uploads?"],
    [
      "by what we do not know, as ever",
      [deny({ Null: { [ALGORITHM]: "true" }, StringSounds: { [KEY]: key } })],
      plain,
      kms,
      "default by Uploads?",
    ],
    [
      "a key, where today's is not known",
      [deny({ StringEquals: { [KEY]: key } })],
      { algorithm: "aws:kms", key: undefined },
      kms,
      "default by Uploads",
    ],
    [
      "an effect that we do not know",
      [deny({ Null: { [KEY]: "false" } }, { Effect: "Forbid" })],
      plain,
      kms,
      "default by Uploads",
    ],
  );
});

describe("an Allow for somebody else", () => {
  const whatever = { ...rest, Sid: "Whatever", Effect: "Allow", Principal: { AWS: abroad } };
  rows(
    [
      "without conditions on encryption",
      [allow({ StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } })],
      plain,
      kms,
    ],
    ["under the declared key", [allow({ StringEquals: { [KEY]: key } })], plain, kms],
    [
      "under another key",
      [allow({ StringEquals: { [KEY]: other } })],
      { algorithm: "aws:kms", key: other },
      kms,
      "default by Uploads",
    ],
    [
      "under SSE-S3 by header, as ever",
      [allow({ StringEquals: { [ALGORITHM]: "AES256" } })],
      plain,
      kms,
      "declared by Uploads",
    ],
    ["under KMS by header, as declared", [allow({ StringEquals: { [ALGORITHM]: "aws:kms" } })], plain, kms],
    ["without KMS", [allow({ Null: { [KEY]: "true" } })], plain, kms, "default by Uploads"],
    ["without KMS, and by another statement", [allow({ Null: { [KEY]: "true" } }), whatever], plain, kms],
    [
      "without KMS, and by another statement for everybody",
      [allow({ Null: { [KEY]: "true" } }), { ...whatever, Principal: "*" }],
      plain,
      kms,
    ],
    [
      "without KMS, and by another statement for another account",
      [allow({ Null: { [KEY]: "true" } }), { ...whatever, Principal: { AWS: "999999999999" } }],
      plain,
      kms,
      "default by Uploads",
    ],
    [
      "without KMS, and by another statement about another bucket",
      [allow({ Null: { [KEY]: "true" } }), { ...whatever, Resource: "arn:aws:s3:::other/*" }],
      plain,
      kms,
      "default by Uploads",
    ],
    [
      "without KMS, and perhaps by another statement",
      [allow({ Null: { [KEY]: "true" } }), { ...whatever, Principal: ["*"] }],
      plain,
      kms,
      "default by Uploads?",
    ],
    [
      "of a service",
      [allow({ Null: { [KEY]: "true" } }, { Principal: { Service: "logging.s3.amazonaws.com" } })],
      plain,
      kms,
      "default by Uploads",
    ],
    [
      "of a service, and by another statement of the service",
      [
        allow({ Null: { [KEY]: "true" } }, { Principal: { Service: "logging.s3.amazonaws.com" } }),
        { ...whatever, Principal: { Service: "logging.s3.amazonaws.com" } },
      ],
      plain,
      kms,
    ],
    [
      "of a role",
      [allow({ Null: { [KEY]: "true" } }, { Principal: { AWS: `arn:aws:iam::${abroad}:role/ci` } })],
      plain,
      kms,
      "default by Uploads",
    ],
    [
      "of a role, and by another statement of its account",
      [allow({ Null: { [KEY]: "true" } }, { Principal: { AWS: `arn:aws:iam::${abroad}:role/ci` } }), whatever],
      plain,
      kms,
    ],
    ["of everybody", [allow({ Null: { [KEY]: "true" } }, { Principal: "*" })], plain, kms, "default by Uploads"],
    [
      "of everybody else",
      [{ ...allow({ Null: { [KEY]: "true" } }), Principal: undefined, NotPrincipal: { AWS: home } }],
      plain,
      kms,
      "default by Uploads",
    ],
    [
      "of a deleted user",
      [allow({ Null: { [KEY]: "true" } }, { Principal: { AWS: "AIDACKCEVSQ6C2EXAMPLE" } })],
      plain,
      kms,
      "default by Uploads",
    ],
    [
      "of the bucket's own users, who need none",
      [allow({ Null: { [KEY]: "true" } }, { Principal: { AWS: [home, `arn:aws:iam::${home}:role/ci`] } })],
      plain,
      kms,
    ],
    [
      "of one of them and a stranger",
      [allow({ Null: { [KEY]: "true" } }, { Principal: { AWS: [home, abroad] } })],
      plain,
      kms,
      "default by Uploads",
    ],
  );
});
