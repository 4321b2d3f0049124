import { describe, expect, test } from "vitest";
import { compareAlgorithm } from "#core/decide/compare/algorithm";
import type { Attribute, Finding } from "#core/decide/compare/finding";
import { compareKey } from "#core/decide/compare/key";
import type { BucketEncryption } from "#core/encryption";
import {
  closedDrift,
  driftOf,
  driftReason,
  driftRepaired,
  driftSeen,
  MAX_DRIFT_WINDOWS,
  withDrift,
} from "#core/ledger/drift";
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

describe("where windows are closed by themselves, a default of SSE-S3 is a drift", () => {
  const since = "2026-11-21T08:00:00Z";
  const plain = { algorithm: "AES256", from: since, key: null };
  const aes: BucketEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };

  test("since the time that is known, also where the bucket shows none", () => {
    const shown = { before: aes, differs: ["algorithm"] } as const;
    expect(driftOf(shown, null, since)).toEqual(plain);
    expect(driftOf({ ...shown, before: { bucketKey: false, sseC: "SSE-C" } }, null, since)).toEqual(plain);
    expect(driftOf({ ...shown, before: null }, null, since)).toBeNull();
    expect(driftOf({ ...shown, before: { ...aes, algorithm: "aws:fsx" } }, null, since)).toBeNull();
    expect(driftOf({ ...shown, differs: ["SSE-C"] }, null, since)).toBeNull();
    expect(driftOf({ before: kms, differs: ["key"] }, null, since)).toMatchObject({ algorithm: "aws:kms", from: null });
  });

  test("that is told by its name alone", () => {
    const closing = { id: "w", versions: "current", isAsked: false } as const;
    const window = { ...closedDrift(plain, Date.UTC(2026, 10, 21, 9)), closing };
    expect(driftReason(window)).toEqual({
      code: "window-closes",
      text: `objects written between ${since} and 2026-11-21T09:05:00.000Z may be under AES256: a backfill of that time starts by itself`,
    });
  });
});

describe("a drift that nothing was written about", () => {
  const foreign = { algorithm: "aws:kms", from: event.eventTime, key };
  const later = { eventTime: "2026-11-21T09:00:00Z" };
  const wrong = { before: kms, differs: ["key"], verdict: "violation" } as const;
  const right = { before: { ...kms, key: keyArn(1) }, differs: [], verdict: "compliant" } as const;
  const unread = { before: null, differs: [], verdict: "unknown" } as const;

  test("begins with the look that sees it, and stands while it is seen or cannot be", () => {
    expect(driftSeen(null, wrong, event, null)).toEqual({ ended: [], standing: foreign });
    expect(driftSeen(foreign, wrong, later, kms)).toEqual({ ended: [], standing: foreign });
    expect(driftSeen(foreign, unread, later, kms)).toEqual({ ended: [], standing: foreign });
    expect(driftSeen(null, right, event, null)).toEqual({ ended: [], standing: null });
  });

  test("ends with the look that sees another default, and another one begins", () => {
    expect(driftSeen(foreign, right, later, kms)).toEqual({ ended: [foreign], standing: null });
    const third = { ...wrong, before: { ...kms, key: keyArn(3) } };
    const standing = { ...foreign, key: keyArn(3), from: later.eventTime };
    expect(driftSeen(foreign, third, later, kms)).toEqual({ ended: [foreign], standing });
    const stronger = { ...wrong, before: { ...kms, algorithm: "aws:kms:dsse" } };
    expect(driftSeen(foreign, stronger, later, kms).ended).toEqual([foreign]);
  });

  test("is none any more where the policy now declares the key, or the bucket is gone", () => {
    expect(driftSeen(foreign, { ...right, before: kms }, later, kms)).toEqual({ ended: [], standing: null });
    expect(driftSeen(foreign, { ...unread, verdict: "gone" }, later, kms)).toEqual({ ended: [], standing: null });
  });

  test("ends with a repair, which knows its own drift, and stands where only something else was repaired", () => {
    const own = { ...foreign, from: later.eventTime };
    expect(driftRepaired(foreign, { before: kms, drift: own })).toEqual({ ended: [foreign], standing: null });
    expect(driftRepaired(null, { before: kms, drift: own })).toEqual({ ended: [own], standing: null });
    const other = { ...own, key: null };
    expect(driftRepaired(foreign, { before: kms, drift: other })).toEqual({ ended: [foreign, other], standing: null });
    expect(driftRepaired(null, { before: kms })).toEqual({ ended: [], standing: null });
    expect(driftRepaired(foreign, { before: kms })).toEqual({ ended: [], standing: foreign });
    expect(driftRepaired(foreign, { before: right.before })).toEqual({ ended: [foreign], standing: null });
    expect(driftRepaired(foreign, { before: null })).toEqual({ ended: [foreign], standing: null });
    const { key: _, ...none } = kms;
    expect(driftRepaired({ ...foreign, key: null }, { before: none }).standing).toEqual({ ...foreign, key: null });
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
