import { describe, expect, test } from "vitest";
import type { ObjectFacts } from "#core/decide/object/facts";
import { chooseStrategy } from "#core/decide/object/strategy/choose";
import { MAX_COPY_BYTES } from "#core/decide/object/strategy/copy";
import { update } from "#core/decide/object/strategy/update";
import type { ObjectEncryption, WantedObjectEncryption } from "#core/encryption";
import { objectFacts } from "../../../../support/core/object-facts.ts";
import { keyArn, ref } from "../../../../support/core/world.ts";

const now = Date.UTC(2026, 10, 21);
const own = keyArn(1);
const foreign = keyArn(9, { account: "999999999999" });
const toOwn: WantedObjectEncryption = { algorithm: "aws:kms", key: own, bucketKey: true };
const toForeign: WantedObjectEncryption = { algorithm: "aws:kms", key: foreign, bucketKey: true };
const toDsse: WantedObjectEncryption = { algorithm: "aws:kms:dsse", key: own, bucketKey: false };
const toAes: WantedObjectEncryption = { algorithm: "AES256", bucketKey: false };
const under = (algorithm: ObjectEncryption["algorithm"]): ObjectEncryption => ({ algorithm, bucketKey: false });

function chosen(head: Partial<ObjectFacts>, wanted = toOwn, copy = true): string {
  const strategy = chooseStrategy(objectFacts(head), wanted, { ref, now, copy });
  return strategy.kind === "hold" ? `${strategy.reason.code}: ${strategy.reason.text}` : strategy.kind;
}

describe("the choice of a strategy:", () => {
  test.each<[string, Partial<ObjectFacts>]>([
    ["SSE-S3", { encryption: under("AES256") }],
    ["SSE-KMS", { encryption: under("aws:kms") }],
    ["an older version", { isCurrent: false }],
    ["Glacier Flexible Retrieval", { storageClass: "GLACIER" }],
    ["Deep Archive", { storageClass: "DEEP_ARCHIVE" }],
    ["an archive tier", { storageClass: "INTELLIGENT_TIERING", archiveStatus: "ARCHIVE_ACCESS" }],
    ["more than 5 GB", { size: MAX_COPY_BYTES + 1 }],
    ["replication completed", { replication: "COMPLETED" }],
    ["replication failed", { replication: "FAILED" }],
    ["a retention that is over", { lockMode: "COMPLIANCE", lockUntil: new Date(now).toISOString() }],
  ])("%s, to a key of the bucket's account: updated, whether or not copies are allowed", (_, head) => {
    expect(chosen(head)).toBe("update");
    expect(chosen(head, toOwn, false)).toBe("update");
  });

  test.each<[string, Partial<ObjectFacts>, WantedObjectEncryption, string]>([
    ["not encrypted", { encryption: under("none") }, toOwn, "an object under none needs a copy"],
    ["DSSE", { encryption: under("aws:kms:dsse") }, toOwn, "an object under aws:kms:dsse needs a copy"],
    ["to SSE-S3", { encryption: under("aws:kms") }, toAes, "re-encrypting to AES256 needs a copy"],
    ["to DSSE", {}, toDsse, "re-encrypting to aws:kms:dsse needs a copy"],
    ["to another account's key", {}, toForeign, "a key of another account needs a copy"],
    ["to a key without a name", {}, { algorithm: "aws:kms", bucketKey: true }, "a key of another account needs a copy"],
  ])("%s: copied where that is allowed, else held", (_, head, wanted, obstacle) => {
    expect(chosen(head, wanted)).toBe("copy");
    expect(chosen(head, wanted, false)).toBe(`copy-not-allowed: ${obstacle}, and the rule does not set copy: true`);
  });

  test("copies are possible up to exactly 5 GB", () => {
    expect(MAX_COPY_BYTES).toBe(5_368_709_120);
    expect(chosen({ size: MAX_COPY_BYTES }, toDsse)).toBe("copy");
  });

  test("more than 5 GB is copied in parts where the rule sets copyLarge: true beside copy: true", () => {
    const seen = objectFacts({ size: MAX_COPY_BYTES + 1 });
    const choose = (copy: boolean, copyLarge: boolean, more: object = {}) =>
      chooseStrategy({ ...seen, ...more }, toDsse, { ref, now, copy, copyLarge }).kind;
    expect(choose(true, true)).toBe("copyLarge");
    expect([choose(true, false), choose(false, true)]).toEqual(["hold", "hold"]);
    expect(choose(true, true, { size: MAX_COPY_BYTES })).toBe("copy");
    expect(choose(true, true, { isCurrent: false })).toBe("hold");
    expect(choose(true, true, { storageClass: "GLACIER" })).toBe("hold");
    expect(chooseStrategy(seen, toOwn, { ref, now, copy: true, copyLarge: true }).kind).toBe("update");
    expect(
      chooseStrategy(objectFacts({ size: 9 }), toDsse, { ref, now, copy: true, copyLarge: true, mostBytes: 8 }).kind,
    ).toBe("copyLarge");
  });

  test.each<[string, Partial<ObjectFacts>]>([
    ["instant retrieval", { storageClass: "GLACIER_IR" }],
    ["restored from an archive for a time", { storageClass: "GLACIER", restored: true }],
    ["restored from an archive tier", { archiveStatus: "DEEP_ARCHIVE_ACCESS", restored: true }],
  ])("%s can be read, so it is copied", (_, head) => {
    expect(chosen(head, toDsse)).toBe("copy");
  });
});

describe("an object is held before any call, with the reason", () => {
  const later = new Date(now + 1000).toISOString();

  test.each<[string, Partial<ObjectFacts>, WantedObjectEncryption, string]>([
    ["a legal hold", { legalHold: true }, toOwn, "object-locked: the object is under a legal hold"],
    [
      "a retention",
      { lockMode: "GOVERNANCE", lockUntil: later },
      toOwn,
      `object-locked: the object is locked (GOVERNANCE) until ${later}`,
    ],
    [
      "a lock of no known mode",
      { lockUntil: later },
      toDsse,
      `object-locked: the object is locked (retention) until ${later}`,
    ],
    [
      "a replica",
      { replication: "REPLICA" },
      toOwn,
      "object-replica: the object is a replica: its source determines its encryption",
    ],
    [
      "replication pending",
      { replication: "PENDING" },
      toDsse,
      "replication-pending: replication of the object is pending, and a change now might stop it",
    ],
    [
      "an older version in need of a copy",
      { isCurrent: false },
      toDsse,
      "object-not-current: re-encrypting to aws:kms:dsse needs a copy, and a copy would hide the newer version",
    ],
    [
      "an archive in need of a copy",
      { storageClass: "GLACIER" },
      toAes,
      "object-archived: re-encrypting to AES256 needs a copy, and the object is archived (GLACIER)",
    ],
    [
      "a deep archive in need of a copy",
      { storageClass: "DEEP_ARCHIVE" },
      toAes,
      "object-archived: re-encrypting to AES256 needs a copy, and the object is archived (DEEP_ARCHIVE)",
    ],
    [
      "an archive tier in need of a copy",
      { storageClass: "INTELLIGENT_TIERING", archiveStatus: "ARCHIVE<ACCESS" },
      toAes,
      "object-archived: re-encrypting to AES256 needs a copy, and the object is archived (ARCHIVE\\u{3c}ACCESS)",
    ],
    [
      "more than 5 GB in need of a copy",
      { size: MAX_COPY_BYTES + 1 },
      toAes,
      "copy-too-large: re-encrypting to AES256 needs a copy, and one copy can take at most 5 GB; the object has 5368709121 bytes, and the rule does not set copy: true and copyLarge: true",
    ],
  ])("%s", (_, head, wanted, said) => {
    expect(chosen({ encryption: under("aws:kms"), ...head }, wanted)).toBe(said);
  });

  test("for a lock before anything else, and an unreadable date locks nothing for ever", () => {
    expect(chosen({ legalHold: true, replication: "REPLICA", isCurrent: false }, toDsse)).toMatch(/^object-locked/);
    expect(chosen({ replication: "PENDING", isCurrent: false }, toDsse)).toMatch(/^replication-pending/);
    expect(chosen({ isCurrent: false, storageClass: "GLACIER" }, toDsse)).toMatch(/^object-not-current/);
    expect(chosen({ storageClass: "GLACIER", size: MAX_COPY_BYTES + 1 }, toDsse)).toMatch(/^object-archived/);
    expect(chosen({ size: MAX_COPY_BYTES + 1 }, toDsse, false)).toMatch(/^copy-too-large/);
  });

  test("for the lack of a copy if only an update is allowed", () => {
    const seen = objectFacts({ encryption: under("none") });
    expect(update.obstacle(seen, toOwn, { ref, copy: true })).toEqual({
      code: "copy-not-allowed",
      text: "an object under none needs a copy",
    });
  });

  test("with S3's text rendered safely", () => {
    expect(chosen({ lockMode: "<a>", lockUntil: later })).toContain("(\\u{3c}a\\u{3e})");
  });
});
