import { describe, expect, test } from "vitest";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectWritePlan } from "#core/decide/object/plan";
import { sameLook } from "#core/decide/object/same";
import type { Receipt } from "#core/decide/object/strategy/strategy";
import { update } from "#core/decide/object/strategy/update";
import { observedWrite } from "#core/object/verify";
import { objectFacts } from "../../support/core/object-facts.ts";
import { denied, keyArn, known } from "../../support/core/world.ts";

const own = keyArn(1);
const asWanted = { algorithm: "aws:kms", key: own, bucketKey: true } as const;
const v1 = { versionId: "v1" };

function plan(action: "update" | "copy", seen: Partial<ObjectFacts> = {}, after: object = asWanted): ObjectWritePlan {
  const before = objectFacts(seen);
  return {
    action,
    verdict: "violation",
    rule: "baseline",
    exemption: null,
    mode: "enforce",
    accept: [],
    namesBucket: false,
    before: before.encryption,
    after: after as ObjectWritePlan["after"],
    declaredKey: null,
    seen: before,
    reasons: [],
  };
}

function shown(action: "update" | "copy", seen: Partial<ObjectFacts>, now: Partial<ObjectFacts>, written: object = {}) {
  const head = known({ ...objectFacts(seen), encryption: asWanted, ...now });
  return observedWrite(plan(action, seen), { kind: "written", ...written } as Receipt, head);
}

const other = { size: 9, etag: '"other"' };

describe.each(["update", "copy"] as const)("after any %s", (action) => {
  test("an object that cannot be read is unconfirmed", () => {
    expect(observedWrite(plan(action), { kind: "written" }, denied)).toEqual({
      kind: "unreadable",
      why: "the write could not be read back: AccessDenied",
    });
  });

  test("an object that is gone was deleted by somebody", () => {
    expect(observedWrite(plan(action), { kind: "written" }, known(null))).toEqual({
      kind: "moved",
      why: "deleted after the write",
    });
  });

  test("an object under SSE-C shows nothing to compare, not even in the same version", () => {
    const now = { ...v1, encryption: { algorithm: "SSE-C", bucketKey: false }, size: 0, etag: "" } as const;
    expect(shown(action, v1, now, v1)).toEqual({ kind: "moved", why: "under SSE-C after the write" });
  });
});

describe("after an update", () => {
  test.each<[string, object, object]>([
    ["as wanted", asWanted, asWanted],
    [
      "without a bucket key, since DSSE has none",
      { algorithm: "aws:kms:dsse", key: own, bucketKey: false },
      { algorithm: "aws:kms:dsse", key: own, bucketKey: true },
    ],
    [
      "without a key, since SSE-S3 has none",
      { algorithm: "AES256", bucketKey: false },
      { algorithm: "AES256", bucketKey: false },
    ],
  ])("the same bytes %s are done", (_, wanted, encryption) => {
    const head = known({ ...objectFacts(), encryption } as ObjectFacts);
    expect(observedWrite(plan("update", {}, wanted), { kind: "written" }, head)).toEqual({ kind: "as wanted" });
  });

  test.each<[string, object]>([
    ["algorithm", { algorithm: "AES256", bucketKey: false }],
    ["DSSE", { ...asWanted, algorithm: "aws:kms:dsse" }],
    ["key", { ...asWanted, key: keyArn(2) }],
    ["bucket key", { ...asWanted, bucketKey: false }],
  ])("the same bytes under another %s were changed back, or are not visible yet", (_, encryption) => {
    expect(shown("update", v1, { encryption } as Partial<ObjectFacts>)).toEqual({
      kind: "moved",
      why: "the update is not seen, or was undone",
    });
  });

  describe("other bytes", () => {
    const moved = { kind: "moved", why: "overwritten after it was read for the update" };
    const alarm = {
      kind: "alarm",
      what: 'the same object had 5 bytes and ETag "5d41402abc4b2a76b9719d911017c592" before the write, and 9 bytes and ETag "other" after it',
    };
    const at = "2026-11-21T08:00:00.000Z";
    const servedAt = (milliseconds: number) => Date.parse(at) + milliseconds;

    test("of the same version raise an alarm", () => {
      expect(shown("update", v1, other)).toEqual(alarm);
      expect(
        shown("update", { ...v1, servedAt: servedAt(0) }, { ...other, lastModified: "2027-01-01T00:00:00.000Z" }),
      ).toEqual(alarm);
    });

    test("of the same size or the same ETag alone raise an alarm too", () => {
      expect(shown("update", v1, { etag: '"other"' }).kind).toBe("alarm");
      expect(shown("update", v1, { size: 9 }).kind).toBe("alarm");
    });

    test("of another version are a newer write", () => {
      expect(shown("update", v1, { ...other, versionId: "v2" })).toEqual(moved);
      expect(shown("update", { versionId: "null" }, { ...other, versionId: "v2" })).toEqual(moved);
    });

    test.each([[{}], [{ versionId: "null" }]])(
      "of %j and the same time, first seen a second later, raise an alarm",
      (version) => {
        expect(shown("update", { ...version, servedAt: servedAt(1000) }, other)).toEqual(alarm);
        expect(shown("update", { ...version, servedAt: servedAt(60_000) }, other)).toEqual(alarm);
      },
    );

    test("without versions, seen within the second of their own write, prove nothing", () => {
      expect(shown("update", { servedAt: servedAt(999) }, other)).toEqual(moved);
      expect(shown("update", { servedAt: servedAt(0) }, other)).toEqual(moved);
    });

    test("without versions, of another time, are a newer write", () => {
      expect(shown("update", {}, { ...other, lastModified: "2026-11-21T08:00:01.000Z" })).toEqual(moved);
    });

    test("without versions, of a multipart upload, whose time is that of its start, prove nothing", () => {
      for (const etag of ['"3858f62230ac3c915f300c664312c11f-2"', "3858f62230ac3c915f300c664312c11f-9000"]) {
        expect(shown("update", {}, { ...other, etag })).toEqual(moved);
      }
      expect(shown("update", {}, { ...other, etag: '"a-2b"' }).kind).toBe("alarm");
      expect(shown("update", v1, { ...other, etag: '"a-2"' }).kind).toBe("alarm");
    });

    test("without a version before, with one after, are a newer write", () => {
      expect(shown("update", {}, { ...other, versionId: "null" })).toEqual(moved);
    });
  });
});

describe("after a copy", () => {
  test.each<[string, object, Partial<ObjectFacts>]>([
    ["a new version", { versionId: "v2", etag: '"new"' }, { versionId: "v2", etag: '"new"' }],
    ["a new version without an ETag in the response", { versionId: "v2" }, { versionId: "v2", etag: '"new"' }],
    ["the null version", { versionId: "null", etag: '"new"' }, { versionId: "null", etag: '"new"' }],
    ["no version", { etag: '"new"' }, { etag: '"new"' }],
  ])("%s as wanted is done", (_, written, now) => {
    expect(shown("copy", {}, now, written)).toEqual({ kind: "as wanted" });
  });

  test.each<[string, object, Partial<ObjectFacts>]>([
    ["another version", { versionId: "v2", etag: '"new"' }, { versionId: "v3", etag: '"new"' }],
    ["another ETag in the null version", { versionId: "null", etag: '"new"' }, { versionId: "null", etag: '"other"' }],
    ["another ETag", { etag: '"new"' }, { etag: '"other"', size: 9 }],
    ["an ETag that no response named", {}, { etag: '"new"' }],
  ])("%s is a newer write", (_, written, now) => {
    expect(shown("copy", {}, now, written)).toEqual({ kind: "moved", why: "overwritten after the copy" });
  });

  test.each<[string, object, Partial<ObjectFacts>]>([
    ["other size in its own version", { versionId: "v2", etag: '"new"' }, { versionId: "v2", etag: '"new"', size: 9 }],
    ["another ETag in its own version", { versionId: "v2", etag: '"new"' }, { versionId: "v2", etag: '"other"' }],
    ["other size under its own ETag", { etag: '"new"' }, { etag: '"new"', size: 9 }],
  ])("%s raises an alarm", (_, written, now) => {
    expect(shown("copy", {}, now, written).kind).toBe("alarm");
  });

  test("another encryption was changed back, or is not visible yet", () => {
    const now = { versionId: "v2", encryption: { algorithm: "AES256", bucketKey: false } } as const;
    expect(shown("copy", {}, now, { versionId: "v2" })).toEqual({
      kind: "moved",
      why: "the copy's encryption is not seen",
    });
  });
});

describe("whether the current object is our own write:", () => {
  test("an update leaves version, time, size and ETag as they were", () => {
    const ours = (now: Partial<ObjectFacts>) =>
      update.isOurs(plan("update", v1), { kind: "written" }, { ...objectFacts(v1), ...now });
    expect(ours({ encryption: asWanted, servedAt: 0 })).toBe(true);
    expect(ours({ versionId: "v2" })).toBe(false);
    expect(ours({ lastModified: "2026-11-21T08:00:01.000Z" })).toBe(false);
    expect(ours({ size: 6 })).toBe(false);
    expect(ours({ etag: '"e"' })).toBe(false);
  });
});

describe("two reads show the same object", () => {
  const seen = objectFacts({
    ...v1,
    storageClass: "STANDARD_IA",
    lockMode: "GOVERNANCE",
    lockUntil: "2026-01-01",
    websiteRedirect: "/a",
    replication: "COMPLETED",
    archiveStatus: "x",
  });

  test("at any time", () => {
    expect(sameLook(seen, { ...seen, encryption: { ...seen.encryption }, servedAt: 1 })).toBe(true);
  });

  test.each<[string, Partial<ObjectFacts>]>([
    ["the version", { versionId: "v2" }],
    ["the time", { lastModified: "2026-11-21T08:00:01.000Z" }],
    ["the size", { size: 6 }],
    ["the ETag", { etag: '"e"' }],
    ["the class", { storageClass: "STANDARD" }],
    ["the archive", { archiveStatus: "y" }],
    ["a restored copy", { restored: true }],
    ["replication", { replication: "PENDING" }],
    ["the lock", { lockMode: "COMPLIANCE" }],
    ["its end", { lockUntil: "2027-01-01" }],
    ["a legal hold", { legalHold: true }],
    ["the redirect", { websiteRedirect: "/b" }],
    ["what is on top", { isCurrent: false }],
    ["the algorithm", { encryption: { ...seen.encryption, algorithm: "none" } }],
    ["the key", { encryption: { ...seen.encryption, key: own } }],
    ["the bucket key", { encryption: { ...seen.encryption, bucketKey: true } }],
  ])("unless they differ in %s", (_, change) => {
    expect(sameLook(seen, { ...seen, ...change })).toBe(false);
  });
});
