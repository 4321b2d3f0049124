import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEvent } from "#core/event/bucket-event";
import { watchedCalls } from "#core/event/calls";
import type { RequestedChange } from "#core/event/trigger";
import { partitionOf } from "#core/names";
import {
  bucketEvent,
  createBucketEvent,
  deleteBucketEncryptionEvent,
  type EventParts,
  putBucketEncryptionEvent,
  roleSession,
  tagResourceEvent,
} from "../../events/cloudtrail.ts";
import { runs } from "../../support/soak.ts";

const kmsRule = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/mine" },
  BucketKeyEnabled: true,
  BlockedEncryptionTypes: { EncryptionType: "NONE" },
};
const kms: RequestedChange = {
  kind: "encryption",
  encryption: { algorithm: "aws:kms", key: "alias/mine", bucketKey: true, sseC: "NONE" },
};

describe("an event", () => {
  test("names the bucket and says who did what, when", () => {
    expect(parseEvent(putBucketEncryptionEvent(kmsRule))).toEqual({
      kind: "work",
      ref: { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "invoices" },
      trigger: {
        eventId: "00000000-0000-4000-8000-000000000001",
        eventName: "PutBucketEncryption",
        eventTime: "2026-11-21T08:15:14Z",
        actor: {
          type: "IAMUser",
          arn: "arn:aws:iam::111122223333:user/alice",
          accountId: "111122223333",
          session: null,
          sourceIdentity: null,
          sourceIp: "198.51.100.7",
          invokedBy: null,
        },
        issuer: null,
        requested: kms,
      },
    });
  });

  test("is the same work as text, as an object and as a bare record", () => {
    const event = putBucketEncryptionEvent(kmsRule);
    const work = parseEvent(event);
    expect(work.kind).toBe("work");
    expect(parseEvent(JSON.stringify(event))).toEqual(work);
    expect(parseEvent(event.detail)).toEqual(work);
  });

  test.each(watchedCalls)("of %s asks for a look at the bucket", (call) => {
    expect(parseEvent(bucketEvent(call))).toMatchObject({ kind: "work", trigger: { eventName: call } });
  });

  test("names a new bucket, with and without a location", () => {
    const trigger = { eventName: "CreateBucket", requested: null };
    expect(parseEvent(createBucketEvent())).toMatchObject({ kind: "work", trigger });
    expect(parseEvent(createBucketEvent({ region: "us-east-1" }))).toMatchObject({ kind: "work", trigger });
  });

  test("has the recipient's account, not the caller's, and the envelope's if a record is too old to name it", () => {
    const foreign = { type: "AWSAccount", principalId: "AROA:x", accountId: "444455556666" };
    expect(
      parseEvent(deleteBucketEncryptionEvent({ userIdentity: foreign, envelope: { account: "999999999999" } })),
    ).toMatchObject({
      ref: { account: "111122223333" },
    });
    expect(
      parseEvent(
        deleteBucketEncryptionEvent({
          record: { recipientAccountId: undefined },
          envelope: { account: "222233334444" },
        }),
      ),
    ).toMatchObject({ ref: { account: "222233334444" } });
  });

  test("names the issuer of a role session with its path", () => {
    const userIdentity = roleSession("bucketseal/worker", "s");
    expect(parseEvent(deleteBucketEncryptionEvent({ userIdentity }))).toMatchObject({
      trigger: { issuer: "arn:aws:iam::111122223333:role/bucketseal/worker" },
    });
  });

  test.each([
    ["eu-west-1", "aws"],
    ["us-east-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eu-isoe-west-1", "aws-iso-e"],
    ["us-isof-south-1", "aws-iso-f"],
    ["eusc-de-east-1", "aws-eusc"],
  ])("from %s is in partition %s", (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
    expect(parseEvent(deleteBucketEncryptionEvent({ region }))).toMatchObject({
      kind: "work",
      ref: { region, partition },
    });
  });

  test.each<[string, EventParts]>([
    ["an old record", { record: { eventVersion: "1.05", managementEvent: undefined, eventCategory: undefined } }],
    [
      "a lower-case host in a list, markers in lists",
      { requestParameters: { host: ["s3.amazonaws.com"], encryption: [""] } },
    ],
    ["no resources", { record: { resources: undefined } }],
    ["unknown fields", { record: { somethingNew: { a: [1] } }, requestParameters: { new: true } }],
    ["no sourceIPAddress", { record: { sourceIPAddress: undefined } }],
    ["no userIdentity", { record: { userIdentity: undefined } }],
    ["errorCode null", { record: { errorCode: null } }],
  ])("with %s is read all the same", (_, parts) => {
    expect(parseEvent(bucketEvent("DeleteBucketEncryption", parts))).toMatchObject({
      kind: "work",
      ref: { bucket: "invoices" },
    });
  });
});

describe("a bucket named by S3 Control", () => {
  const tag = { Key: "team", Value: "a" };

  test("comes from bucketName, or else from the ARN", () => {
    const arn = "arn:aws:s3:::invoices";
    expect(parseEvent(tagResourceEvent(arn, tag))).toMatchObject({ kind: "work", ref: { bucket: "invoices" } });
    expect(parseEvent(tagResourceEvent(arn, tag, { requestParameters: { bucketName: undefined } }))).toMatchObject({
      kind: "work",
      ref: { bucket: "invoices" },
    });
    const untag = bucketEvent("UntagResource", { requestParameters: { resource: arn, tagKeys: ["team"] } });
    expect(parseEvent(untag)).toMatchObject({ kind: "work", trigger: { requested: null } });
  });

  test.each([
    "arn:aws:s3:eu-west-1:111122223333:accesspoint/reports",
    "arn:aws:s3:eu-west-1:111122223333:storage-lens/mine",
    "arn:aws:s3:::invoices/key",
    "arn:aws:s3:::",
    "x arn:aws:s3:::invoices",
  ])("that is %s is not a bucket, so the event is ignored", (resource) => {
    expect(parseEvent(tagResourceEvent(resource, tag))).toEqual({ kind: "ignore", why: `${resource} is not a bucket` });
  });
});

describe("an event is ignored", () => {
  test.each<[string, unknown, string]>([
    [
      "a failed call",
      deleteBucketEncryptionEvent({ record: { errorCode: "AccessDenied" } }),
      "the call failed: AccessDenied",
    ],
    [
      "a call we do not watch",
      bucketEvent("PutBucketVersioning"),
      "PutBucketVersioning does not change a bucket's encryption or tags",
    ],
    [
      "a directory bucket's call",
      bucketEvent("PutBucketEncryption", { record: { eventSource: "s3express.amazonaws.com" } }),
      "a directory bucket, which Bucketseal leaves alone",
    ],
    [
      "another service's call",
      bucketEvent("TagResource", { record: { eventSource: "kms.amazonaws.com" } }),
      "a call to kms.amazonaws.com",
    ],
    [
      "a call on another account's bucket, which the caller's account hears of too",
      bucketEvent("PutBucketEncryption", {
        record: { resources: [{ accountId: "444455556666", type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::invoices" }] },
      }),
      "a bucket of account 444455556666, whose own trail reports it",
    ],
    [
      "another kind of event",
      bucketEvent("PutBucketEncryption", { envelope: { "detail-type": "Object Created" } }),
      "detail-type is Object Created, not AWS API Call via CloudTrail",
    ],
  ])("%s", (_, event, why) => {
    expect(parseEvent(event)).toEqual({ kind: "ignore", why });
  });

  test.each<[string, unknown]>([
    ["no account", [{ type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::invoices" }]],
    ["an account that AWS keeps to itself", [{ accountId: "AWS Internal", type: "AWS::S3::Bucket" }]],
    ["the account of something else", [{ accountId: "444455556666", type: "AWS::S3::Object" }]],
    ["this account, as one object instead of a list", { accountId: "111122223333", type: "AWS::S3::Bucket" }],
  ])("but not where the record's resources name %s", (_, resources) => {
    expect(parseEvent(bucketEvent("PutBucketEncryption", { record: { resources } })).kind).toBe("work");
  });

  test("but not if the record does not say whose trail it is from", () => {
    const resources = [{ accountId: "444455556666", type: "AWS::S3::Bucket" }];
    const event = bucketEvent("PutBucketEncryption", { record: { resources, recipientAccountId: "" } });
    expect(parseEvent(event).kind).toBe("malformed");
  });
});

describe("an event is malformed", () => {
  test.each<[string, unknown, RegExp]>([
    ["no JSON", "{", /^no CloudTrail record: body/],
    ["nothing", undefined, /^no CloudTrail record: body/],
    ["a number", 17, /^no CloudTrail record: body/],
    ["an empty object", {}, /^no CloudTrail record: eventName/],
    [
      "an envelope without a record",
      bucketEvent("CreateBucket", { envelope: { detail: undefined } }),
      /^no CloudTrail record: eventName/,
    ],
    [
      "an envelope around text",
      bucketEvent("CreateBucket", { envelope: { detail: "x" } }),
      /^no CloudTrail record: body/,
    ],
    [
      "no bucket",
      bucketEvent("CreateBucket", { requestParameters: { bucketName: undefined }, record: { resources: undefined } }),
      /^CreateBucket: bucket/,
    ],
    [
      "no requestParameters",
      bucketEvent("CreateBucket", { record: { requestParameters: null, resources: undefined } }),
      /^CreateBucket: bucket/,
    ],
    ["a bucket's name that is none", bucketEvent("CreateBucket", { bucket: "a/../b" }), /^CreateBucket: bucket/],
    ["a bucket's name that is too short", bucketEvent("CreateBucket", { bucket: "ab" }), /^CreateBucket: bucket/],
    [
      "a bucket's name with a newline at its end",
      bucketEvent("CreateBucket", { bucket: "abc\n" }),
      /^CreateBucket: bucket/,
    ],
    ["an account that is none", bucketEvent("CreateBucket", { account: "1111222233334" }), /^CreateBucket: account/],
    [
      "an account that begins late",
      bucketEvent("CreateBucket", { account: "x111122223333" }),
      /^CreateBucket: account/,
    ],
    ["no Region", bucketEvent("CreateBucket", { record: { awsRegion: undefined } }), /^CreateBucket: region/],
    [
      "a Region that is none",
      bucketEvent("CreateBucket", { region: "eu-west-1.evil.example" }),
      /^CreateBucket: region/,
    ],
    ["a Region that begins late", bucketEvent("CreateBucket", { region: "//eu-west-1" }), /^CreateBucket: region/],
    ["no eventID", bucketEvent("CreateBucket", { record: { eventID: undefined } }), /^CreateBucket: eventId/],
    ["an empty eventID", bucketEvent("CreateBucket", { record: { eventID: "" } }), /^CreateBucket: eventId/],
    ["a time that is none", bucketEvent("CreateBucket", { eventTime: "yesterday" }), /^CreateBucket: eventTime/],
  ])("%s", (_, event, why) => {
    const parsed = parseEvent(event);
    expect(parsed).toMatchObject({ kind: "malformed", why: expect.stringMatching(why) });
  });

  test("with every fault named at once", () => {
    const parsed = parseEvent(bucketEvent("CreateBucket", { bucket: "ab", account: "1" }));
    expect(parsed).toMatchObject({ why: expect.stringMatching(/^CreateBucket: account: [^;]+; bucket: [^;]+$/) });
  });

  test("but never makes the parser throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.json(), mangled), (body) => {
        expect(["work", "ignore", "malformed"]).toContain(parseEvent(body).kind);
      }),
      { numRuns: runs(2000) },
    );
  });
});

/** A valid event with one field of its record or request replaced by an arbitrary value. */
const mangled = fc
  .tuple(fc.constantFrom(...watchedCalls), fc.constantFrom("record", "requestParameters"), fc.string(), fc.anything())
  .chain(([call, where, , value]) =>
    fc
      .constantFrom(
        "userIdentity",
        "requestParameters",
        "eventName",
        "errorCode",
        "Tagging",
        "TagResourceRequest",
        "ServerSideEncryptionConfiguration",
        "resource",
        "bucketName",
      )
      .map((name) => bucketEvent(call, { [where]: { [name]: value } })),
  );
