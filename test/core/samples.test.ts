import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseEvent, watchedCalls } from "#core/cloudtrail";

/** Records seen in public, which belong to their sources and are not in this repository. */
const folder = fileURLToPath(new URL("../../../shared/samples/", import.meta.url));
const files = existsSync(folder)
  ? ["cloudtrail", "eventbridge"].flatMap((kind) => readdirSync(`${folder}${kind}`).map((name) => `${kind}/${name}`))
  : [];

describe.skipIf(files.length === 0)("real events", () => {
  test.each(files)("%s is read: work where it is ours to look at, else ignored", (name) => {
    const text = readFileSync(`${folder}${name}`, "utf8");
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
});
