import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseKeyEvent } from "#core/event/key-event";
import { bucketEvent } from "../../events/cloudtrail.ts";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555";
const ALIAS = "arn:aws:kms:eu-west-1:111122223333:alias/s3-default";

const keyEvent = (eventName: string, record: object = {}, envelope: object = {}) =>
  bucketEvent(eventName, {
    record: {
      eventSource: "kms.amazonaws.com",
      requestParameters: { keyId: KEY.split("/")[1] },
      resources: [{ accountId: "111122223333", type: "AWS::KMS::Key", ARN: KEY }],
      ...record,
    },
    envelope: { source: "aws.kms", ...envelope },
  });

describe("an event about a key", () => {
  test("names the key and says who did what, when", () => {
    expect(parseKeyEvent(JSON.stringify(keyEvent("DisableKey")))).toMatchObject({
      kind: "key",
      arns: [KEY],
      trigger: {
        eventName: "DisableKey",
        eventTime: "2026-11-21T08:15:14Z",
        actor: { arn: "arn:aws:iam::111122223333:user/alice" },
        requested: null,
      },
    });
  });

  test("about an alias names it and its key", () => {
    const resources = [ALIAS, KEY].map((ARN) => ({ ARN }));
    const requestParameters = { aliasName: "alias/s3-default", targetKeyId: KEY };
    expect(parseKeyEvent(keyEvent("UpdateAlias", { resources, requestParameters }))).toMatchObject({
      arns: [ALIAS, KEY],
    });
  });

  test("names what its request names where it has no resources, in full", () => {
    const names = (requestParameters: object) =>
      parseKeyEvent(keyEvent("EnableKey", { resources: null, requestParameters }));
    expect(names({ keyId: KEY.split("/")[1] })).toMatchObject({ arns: [KEY] });
    expect(names({ keyId: ALIAS })).toMatchObject({ arns: [ALIAS] });
    expect(names({ aliasName: "alias/s3-default" })).toMatchObject({ arns: [ALIAS] });
    expect(names({ keyId: "!" })).toMatchObject({
      kind: "malformed",
      why: expect.stringMatching(/no key and no alias/),
    });
  });

  test.each([
    ["another kind of event", keyEvent("DisableKey", {}, { "detail-type": "KMS CMK Rotation" }), /not AWS API Call/],
    ["another service", keyEvent("DisableKey", { eventSource: "s3.amazonaws.com" }), /a call to s3/],
    ["a call that changes nothing of that", keyEvent("CreateKey"), /makes no key usable or unusable/],
    ["a call that failed", keyEvent("DisableKey", { errorCode: "AccessDenied" }), /the call failed: AccessDenied/],
  ])("is ignored: %s", (_, event, why) => {
    expect(parseKeyEvent(event)).toMatchObject({ kind: "ignore", why: expect.stringMatching(why) });
  });

  test.each([
    ["no record", "{"],
    ["no time", keyEvent("DisableKey", { eventTime: 5 })],
  ])("is malformed: %s", (_, event) => {
    expect(parseKeyEvent(event)).toMatchObject({ kind: "malformed" });
  });

  test("a bare record is read, too", () => {
    expect(parseKeyEvent(keyEvent("PutKeyPolicy").detail)).toMatchObject({ kind: "key", arns: [KEY] });
  });

  test("never throws", () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        expect(["key", "ignore", "malformed"]).toContain(parseKeyEvent(body).kind);
      }),
    );
  });
});
