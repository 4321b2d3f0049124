import { describe, expect, test } from "vitest";
import type { BucketEncryption } from "#core/encryption";
import { closedDrift, driftOf, driftReason, MAX_DRIFT_WINDOWS, withDrift } from "#core/ledger/drift";
import type { ReasonCode } from "#core/reason/reason";
import { keyArn } from "../../support/core/world.ts";

const event = { eventTime: "2026-11-21T08:15:14Z" };
const key = keyArn(2);
const kms: BucketEncryption = { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" };

function drift(before: BucketEncryption | null, ...codes: ReasonCode[]) {
  return driftOf({ before, reasons: codes.map((code) => ({ code, text: code })) }, event);
}

describe("a repair ends a drift", () => {
  test.each<[string, ReasonCode]>([
    ["another key", "key-differs"],
    ["a spelling that means another key for others", "key-relative"],
    ["another kind of SSE-KMS", "algorithm-differs"],
  ])("where the default had %s", (_, code) => {
    expect(drift(kms, "bucket-key-differs", code)).toEqual({ algorithm: "aws:kms", from: event.eventTime, key });
  });

  test("where the default was DSSE, or named no key", () => {
    expect(drift({ ...kms, algorithm: "aws:kms:dsse" }, "key-differs")).toMatchObject({ algorithm: "aws:kms:dsse" });
    const { key: _, ...none } = kms;
    expect(drift(none, "key-relative")).toEqual({ algorithm: "aws:kms", from: event.eventTime, key: null });
  });

  test("whose beginning nobody knows, where no event told of it", () => {
    expect(driftOf({ before: kms, reasons: [{ code: "key-differs", text: "" }] }, null)?.from).toBeNull();
  });

  test.each<[string, BucketEncryption | null, ReasonCode[]]>([
    ["SSE-S3 was the default, which data events show", { ...kms, algorithm: "AES256" }, ["algorithm-differs"]],
    ["the default was missing", { bucketKey: false, sseC: "SSE-C" }, ["algorithm-differs"]],
    ["nobody knows what it was", null, ["key-differs"]],
    ["only the bucket key differed", kms, ["bucket-key-differs"]],
    ["only SSE-C was allowed", kms, ["sse-c-differs"]],
    ["nothing differed", kms, []],
  ])("not where %s", (_, before, codes) => {
    expect(drift(before, ...codes)).toBeNull();
  });
});

const at = (minute: number, from: string | null = event.eventTime) =>
  closedDrift({ algorithm: "aws:kms", from, key }, Date.UTC(2026, 10, 21, 9, minute));

describe("a window", () => {
  test("ends five minutes after the verified repair", () => {
    expect(at(0)).toEqual({ algorithm: "aws:kms", from: event.eventTime, key, to: "2026-11-21T09:05:00.000Z" });
  });

  test("is remembered after those before it", () => {
    const other = at(0, "2026-11-20T00:00:00Z");
    expect(withDrift([other], at(1))).toEqual([other, at(1)]);
  });

  test("that began with the same event under the same key is one window, which ends at its last repair", () => {
    expect(withDrift([at(0)], at(1))).toEqual([at(1)]);
    expect(withDrift([{ ...at(0), key: keyArn(3) }], at(1))).toHaveLength(2);
  });

  test("of unknown beginning is never mistaken for another", () => {
    expect(withDrift([at(0, null)], at(1, null))).toEqual([at(0, null), at(1, null)]);
  });

  test("is forgotten once there are twenty newer ones", () => {
    const windows = Array.from({ length: MAX_DRIFT_WINDOWS }, (_, minute) => at(minute, null));
    const next = withDrift(windows, at(59, null));
    expect(next).toEqual([...windows.slice(1), at(59, null)]);
    expect(MAX_DRIFT_WINDOWS).toBe(20);
  });

  test("is told as a reason", () => {
    expect(driftReason(at(0))).toEqual({
      code: "objects-to-backfill",
      text: `objects written between 2026-11-21T08:15:14Z and 2026-11-21T09:05:00.000Z may be under aws:kms with ${key}: to be backfilled`,
    });
    expect(driftReason({ ...at(0, null), key: null }).text).toBe(
      "objects written up to 2026-11-21T09:05:00.000Z (since when is not known) may be under aws:kms with S3's AWS managed key: to be backfilled",
    );
    expect(driftReason({ ...at(0), key: "<b>" }).text).toContain("\\u{3c}b\\u{3e}");
  });
});
