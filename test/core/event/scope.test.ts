import { describe, expect, test } from "vitest";
import { parseEvent } from "#core/event/bucket-event";
import { parseObjectEvent } from "#core/event/object-event";
import { eventInScope } from "#core/event/scope";
import { bucketEvent, createBucketEvent, putBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { dataEvent, objectCreated } from "../../events/object.ts";

const own = { account: "111122223333", region: "eu-west-1" };
const theirs = { account: "444455556666" };
const away = { region: "eu-south-1" };
const location = (LocationConstraint: unknown) => ({ CreateBucketConfiguration: { LocationConstraint } });

const bucket = (event: unknown, scope = own) => eventInScope(event, scope, parseEvent);
const object = (event: unknown) => eventInScope(event, own, parseObjectEvent);

describe("an event of the deployment's account and Region is read", () => {
  test.each<[string, unknown]>([
    ["as EventBridge delivers it", putBucketEncryptionEvent({})],
    ["as text", JSON.stringify(putBucketEncryptionEvent({}))],
    ["as a bare record", putBucketEncryptionEvent({}).detail],
    ["without a recipient", bucketEvent("PutBucketEncryption", { record: { recipientAccountId: undefined } })],
    ["that made a bucket", createBucketEvent()],
  ])("%s", (_what, event) => {
    expect(bucket(event)).toMatchObject({ kind: "work", ref: own });
  });

  test.each([objectCreated("a"), dataEvent("PutObject", "a")])("about an object", (event) => {
    expect(object(event)).toMatchObject({ kind: "work", object: { bucket: own } });
  });
});

describe("an event of another account or Region is foreign, whatever else is wrong with it:", () => {
  test.each<[string, unknown]>([
    ["another account", putBucketEncryptionEvent({}, theirs)],
    ["another Region", putBucketEncryptionEvent({}, away)],
    ["another account in the envelope alone", putBucketEncryptionEvent({}, { envelope: theirs })],
    [
      "another account in the record alone",
      putBucketEncryptionEvent({}, { record: { recipientAccountId: theirs.account } }),
    ],
    ["another Region in the envelope alone", putBucketEncryptionEvent({}, { envelope: away })],
    ["another Region in the record alone", putBucketEncryptionEvent({}, { record: { awsRegion: away.region } })],
    ["as text", JSON.stringify(putBucketEncryptionEvent({}, theirs))],
    ["as a bare record", putBucketEncryptionEvent({}, theirs).detail],
    ["without a bucket", putBucketEncryptionEvent({}, { ...theirs, record: { requestParameters: null } })],
    ["a call that failed", putBucketEncryptionEvent({}, { ...theirs, record: { errorCode: "AccessDenied" } })],
  ])("%s", (_what, event) => {
    expect(bucket(event)).toEqual({ kind: "ignore", why: expect.stringMatching(/^an event of /), foreign: true });
  });

  test.each<[string, unknown]>([
    ["another account's object", objectCreated("a", { envelope: theirs })],
    ["an object of another Region", objectCreated("a", { envelope: away })],
    ["another account's call", dataEvent("PutObject", "a", theirs)],
    ["a call in another Region", dataEvent("PutObject", "a", away)],
  ])("%s", (_what, event) => {
    expect(object(event)).toMatchObject({ kind: "ignore", foreign: true });
  });

  test("the reason names both", () => {
    expect(bucket(putBucketEncryptionEvent({}, theirs))).toMatchObject({
      why: "an event of account 444455556666, not of this one (111122223333)",
    });
    expect(bucket(putBucketEncryptionEvent({}, away))).toMatchObject({
      why: "an event of eu-south-1, not of this Region (eu-west-1)",
    });
  });
});

describe("a bucket is made where its location says:", () => {
  const home = { ...own, region: "us-east-1" };
  const made = (request: object) => createBucketEvent({ region: "us-east-1", requestParameters: request });

  test.each<[string, string]>([
    ["eu-central-1", "eu-central-1"],
    ["EU", "eu-west-1"],
  ])("through us-east-1 with %s it is none of us-east-1's", (constraint, region) => {
    expect(bucket(made(location(constraint)), home)).toEqual({
      kind: "ignore",
      why: `an event of ${region}, not of this Region (us-east-1)`,
      foreign: true,
    });
    expect(parseEvent(made(location(constraint)))).toMatchObject({ kind: "work", ref: { region } });
  });

  test.each<[string, object]>([
    ["without one", {}],
    ["with an empty one", location("")],
    ["with its own name", location("us-east-1")],
  ])("through us-east-1 %s it is us-east-1's", (_what, request) => {
    expect(bucket(made(request), home)).toMatchObject({ kind: "work", ref: { region: "us-east-1" } });
  });

  test("EU is Ireland's old name", () => {
    expect(bucket(createBucketEvent({ requestParameters: location("EU") }))).toMatchObject({ kind: "work", ref: own });
  });

  test("no other call has a location", () => {
    const event = bucketEvent("PutBucketTagging", { requestParameters: location("eu-south-1") });
    expect(bucket(event)).toMatchObject({ kind: "work", ref: own });
  });
});

test.each<[string, unknown]>([
  ["no account", putBucketEncryptionEvent({}, { account: "1234" })],
  ["no Region", putBucketEncryptionEvent({}, { region: "moon" })],
  ["nothing", undefined],
])("what names %s that there could be is malformed, not foreign", (_what, event) => {
  expect(bucket(event).kind).toBe("malformed");
});
