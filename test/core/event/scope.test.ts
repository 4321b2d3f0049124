import { describe, expect, test } from "vitest";
import { parseEvent } from "#core/event/bucket-event";
import { parseObjectEvent } from "#core/event/object-event";
import { coveredBy, eventInScope } from "#core/event/scope";
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

describe("a hub", () => {
  const hub = { ...own, org: { regions: ["eu-west-1", "us-east-1"] } };
  const member = { ...theirs, region: "us-east-1" };
  const inHub = (event: unknown) => eventInScope(event, hub, parseEvent);
  const custom = { ...member, envelope: { ...member, source: "custom" } };

  describe("takes an event for the account and Region that its envelope names:", () => {
    test.each<[string, unknown, object]>([
      ["its own", putBucketEncryptionEvent({}), own],
      ["its own as a bare record", putBucketEncryptionEvent({}).detail, own],
      ["its own from a source of one's own", putBucketEncryptionEvent({}, { envelope: { source: "custom" } }), own],
      [
        "its account's in another Region",
        putBucketEncryptionEvent({}, { region: "us-east-1" }),
        {
          ...own,
          region: "us-east-1",
        },
      ],
      ["a member's", putBucketEncryptionEvent({}, member), member],
      ["a member's as text", JSON.stringify(putBucketEncryptionEvent({}, member)), member],
      ["a member's in the home Region", putBucketEncryptionEvent({}, theirs), { ...own, ...theirs }],
      [
        "a member's whose record names no recipient",
        putBucketEncryptionEvent({}, { ...member, record: { recipientAccountId: undefined } }),
        member,
      ],
      [
        "a bucket that a member made in another covered Region",
        createBucketEvent({ ...member, requestParameters: location("EU") }),
        { ...theirs, region: "eu-west-1" },
      ],
    ])("%s", (_what, event, ref) => {
      expect(inHub(event)).toMatchObject({ kind: "work", ref });
    });
  });

  test.each<[string, unknown]>([
    ["of a Region that it does not cover", putBucketEncryptionEvent({}, { ...theirs, ...away })],
    ["of its own account there", putBucketEncryptionEvent({}, away)],
    ["about a bucket made there", createBucketEvent({ ...member, requestParameters: location("eu-south-1") })],
    ["of a member without an envelope", putBucketEncryptionEvent({}, member).detail],
    [
      "of a member in an envelope without an account",
      putBucketEncryptionEvent({}, { ...member, envelope: { account: undefined } }),
    ],
    [
      "of a member in an envelope without a Region",
      putBucketEncryptionEvent({}, { ...theirs, envelope: { region: undefined } }),
    ],
  ])("calls an event foreign %s", (_what, event) => {
    expect(inHub(event)).toMatchObject({ kind: "ignore", foreign: true });
  });

  test.each<[string, unknown, object]>([
    [
      "of another member",
      putBucketEncryptionEvent({}, { ...member, record: { recipientAccountId: "777788889999" } }),
      { ...member, disagreement: "account", why: "its record is of account 777788889999" },
    ],
    [
      "of the hub itself",
      putBucketEncryptionEvent({}, { ...member, record: { recipientAccountId: own.account } }),
      { ...member, disagreement: "account" },
    ],
    [
      "of a member, though the hub's account sent it",
      putBucketEncryptionEvent({}, { record: { recipientAccountId: theirs.account } }),
      { ...own, disagreement: "account" },
    ],
    [
      "of another Region",
      putBucketEncryptionEvent({}, { ...member, record: { awsRegion: own.region } }),
      { ...member, disagreement: "region", why: "its record is of eu-west-1" },
    ],
    [
      "of a Region that is not covered",
      putBucketEncryptionEvent({}, { ...member, record: { awsRegion: away.region } }),
      { ...member, disagreement: "region" },
    ],
    [
      "of AWS, though somebody else made it",
      putBucketEncryptionEvent({}, custom),
      { ...member, disagreement: "source", why: "its source is custom, not AWS" },
    ],
    [
      "of nobody",
      putBucketEncryptionEvent({}, { ...member, envelope: { ...member, source: undefined } }),
      { ...member, disagreement: "source" },
    ],
  ])("refuses a member's event that claims to be %s", (_what, event, refused) => {
    expect(inHub(event)).toMatchObject({ kind: "refused", ...refused });
  });

  test("leaves what is malformed to its reader", () => {
    expect(inHub(putBucketEncryptionEvent({}, { ...member, record: { eventTime: "soon" } })).kind).toBe("malformed");
    expect(inHub(undefined).kind).toBe("malformed");
    expect(coveredBy({ ...own, org: null })).toEqual(new Set(["eu-west-1"]));
  });
});

test.each<[string, unknown]>([
  ["no account", putBucketEncryptionEvent({}, { account: "1234" })],
  ["no Region", putBucketEncryptionEvent({}, { region: "moon" })],
  ["nothing", undefined],
])("what names %s that there could be is malformed, not foreign", (_what, event) => {
  expect(bucket(event).kind).toBe("malformed");
});
