import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseEvent } from "#core/event/bucket-event";
import { objectCalls, watchedCalls } from "#core/event/calls";
import { parseObjectEvent } from "#core/event/object-event";

/** Published records, which belong to their sources and are not in this repository. */
const folder = fileURLToPath(new URL("../../../../shared/samples/", import.meta.url));
const files = existsSync(folder)
  ? ["cloudtrail", "eventbridge"].flatMap((kind) => readdirSync(`${folder}${kind}`).map((name) => `${kind}/${name}`))
  : [];

describe.skipIf(files.length === 0)("real events", () => {
  test.each(files)("%s is read: work where it is ours to look at, else ignored", (name) => {
    const text = filledIn(readFileSync(`${folder}${name}`, "utf8"));
    const json = JSON.parse(text);
    const record = json.detail ?? json;
    const isOurs =
      watchedCalls.includes(record.eventName) && record.eventSource === "s3.amazonaws.com" && !record.errorCode;
    const parsed = parseEvent(text);
    expect(parsed.kind).toBe(isOurs ? "work" : "ignore");
    if (parsed.kind === "work") {
      expect(parsed.ref.bucket).toBe(record.requestParameters.bucketName);
      expect(parsed.trigger.actor.type).toBe(record.userIdentity.type);
    }
  });

  test.each(files)("%s is read as an event about an object: work where it wrote one, else ignored", (name) => {
    const json = JSON.parse(readFileSync(`${folder}${name}`, "utf8"));
    const isCloudTrail = name.startsWith("cloudtrail/");
    const event = isCloudTrail && json.detail === undefined ? wrapped(json) : json;
    const record = event.detail;
    const parsed = parseObjectEvent(filledIn(JSON.stringify(event)));
    const isWrite = record.eventSource === "s3.amazonaws.com" && objectCalls.includes(record.eventName);
    const isWork = isCloudTrail ? isWrite && !record.errorCode : event["detail-type"] === "Object Created";
    expect(parsed).toMatchObject({ kind: isWork ? "work" : "ignore" });
    if (parsed.kind === "work") {
      expect(parsed.object.key).toBe(record.object?.key ?? record.requestParameters.key);
      expect(parsed.object.bucket.bucket).toBe(record.bucket?.name ?? record.requestParameters.bucketName);
      expect(parsed.trigger.applied?.sse ?? null).toBe(record.additionalEventData?.SSEApplied ?? null);
    }
  });
});

/** A record whose accounts are not redacted. */
function filledIn(text: string): string {
  return text.replaceAll(/"(0{9}|x{12})"/g, '"111122223333"');
}

/** A record as EventBridge would deliver it; redacted fields are filled in. */
function wrapped(record: object) {
  const detail = { eventID: "e", eventTime: "2026-11-21T08:15:14Z", ...record };
  return { id: "e", "detail-type": "AWS API Call via CloudTrail", detail };
}
