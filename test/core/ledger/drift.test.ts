import { describe, expect, test } from "vitest";
import { compareAlgorithm } from "#core/decide/compare/algorithm";
import type { Attribute, Finding } from "#core/decide/compare/finding";
import { compareKey } from "#core/decide/compare/key";
import type { BucketEncryption } from "#core/encryption";
import { closedDrift, driftOf, driftReason, MAX_DRIFT_WINDOWS, withDrift } from "#core/ledger/drift";
import { keyArn } from "../../support/core/world.ts";

const event = { eventTime: "2026-11-21T08:15:14Z" };
const key = keyArn(2);
const kms: BucketEncryption = { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" };

function drift(before: BucketEncryption | null, ...differs: Attribute[]) {
  return driftOf({ before, differs }, event);
}

describe("a repair ends a drift", () => {
  test.each<[string, readonly Finding[]]>([
    ["another key", compareKey(key, keyArn(1), "differs").findings],
    ["a spelling that means another key for others", compareKey("alias/other", keyArn(1), "relative").findings],
    ["another kind of SSE-KMS", compareAlgorithm("aws:kms:dsse", "aws:kms", "hold", true).findings],
  ])("where the default had %s", (_, findings) => {
    expect(drift(kms, "bucket key", ...findings.map(({ attribute }) => attribute))).toEqual({
      algorithm: "aws:kms",
      from: event.eventTime,
      key,
    });
  });

  test("also if the default was DSSE, or named no key", () => {
    expect(drift({ ...kms, algorithm: "aws:kms:dsse" }, "key")).toMatchObject({ algorithm: "aws:kms:dsse" });
    const { key: _, ...none } = kms;
    expect(drift(none, "key")).toEqual({ algorithm: "aws:kms", from: event.eventTime, key: null });
  });

  test("whose beginning is unknown if no event shows it", () => {
    expect(driftOf({ before: kms, differs: ["key"] }, null)?.from).toBeNull();
  });

  test.each<[string, BucketEncryption | null, Attribute[]]>([
    ["SSE-S3 was the default, which data events show", { ...kms, algorithm: "AES256" }, ["algorithm"]],
    ["the default was missing", { bucketKey: false, sseC: "SSE-C" }, ["algorithm"]],
    ["nobody knows what it was", null, ["key"]],
    ["only the bucket key differed", kms, ["bucket key"]],
    ["only SSE-C was allowed", kms, ["SSE-C"]],
    ["nothing differed", kms, []],
  ])("not where %s", (_, before, differs) => {
    expect(drift(before, ...differs)).toBeNull();
  });
});

const at = (minute: number, from: string | null = event.eventTime) =>
  closedDrift({ algorithm: "aws:kms", from, key }, Date.UTC(2026, 10, 21, 9, minute));

describe("a drift window", () => {
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

  test("is shown as a reason", () => {
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
