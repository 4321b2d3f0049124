import { describe, expect, test } from "vitest";
import type { DeclaredKeys } from "#core/key/policy-keys";
import { rekeying } from "#core/object/rekey";
import { trigger } from "../../support/core/object-world.ts";
import { aliasArn, keyArn, ref } from "../../support/core/world.ts";

const own = keyArn(1);
const other = keyArn(2);
const managed = keyArn(3);
const foreign = keyArn(9, { account: "999999999999" });

describe("a data event is a sign of re-keying", () => {
  const declared: DeclaredKeys = { arns: new Set([own, managed]), unread: new Set() };
  const seen = (applied: object | null, known = declared, eventName = "PutObject") =>
    rekeying(
      { ...trigger, eventName, applied: applied && { sse: null, algorithm: null, key: null, ...applied } },
      ref,
      known,
    );

  test.each<[string, object | null, ReturnType<typeof rekeying>]>([
    ["no information: no", null, null],
    ["a declared key: no", { sse: "SSE_KMS", key: own }, null],
    ["S3's managed key: no", { sse: "SSE_KMS", key: managed }, null],
    ["SSE-S3: no", { sse: "SSE_S3", algorithm: "AES256" }, null],
    ["the bucket's own default: no", { sse: "Default_SSE_KMS", key: other }, null],
    ["an alias, which cannot be compared: no", { sse: "SSE_KMS", key: aliasArn("x") }, null],
    ["a text that is no key: no", { key: "nonsense" }, null],
    ["another key of the account: yes", { sse: "SSE_KMS", key: other }, { kind: "foreign-key", key: other }],
    ["another account's key: yes", { sse: "DSSE_KMS", key: foreign }, { kind: "foreign-key", key: foreign }],
    [
      "a key without SSEApplied, as of UpdateObjectEncryption: yes",
      { key: other },
      { kind: "foreign-key", key: other },
    ],
    ["SSE-C: yes", { sse: "SSE_C" }, { kind: "customer-key", key: null }],
  ])("%s", (_, applied, expected) => {
    expect(seen(applied)).toEqual(expected);
  });

  test("unless an alias cannot be read, whose account may own the declared key", () => {
    const unread = (account: string) => ({ ...declared, unread: new Set([account]) });
    expect(seen({ key: other }, unread(ref.account))).toBeNull();
    expect(seen({ key: foreign }, unread(ref.account))).toEqual({ kind: "foreign-key", key: foreign });
    expect(seen({ key: foreign }, unread("999999999999"))).toBeNull();
    expect(seen({ key: other }, unread("999999999999"))).toEqual({ kind: "foreign-key", key: other });
    expect(seen({ sse: "SSE_C" }, unread(ref.account))).toEqual({ kind: "customer-key", key: null });
  });

  test("unless it completes a multipart upload under a key of the account, which may be the bucket's default", () => {
    const completed = (applied: object) => seen(applied, declared, "CompleteMultipartUpload");
    expect(completed({ key: other })).toBeNull();
    expect(completed({ key: foreign })).toEqual({ kind: "foreign-key", key: foreign });
    expect(completed({ sse: "SSE_KMS", key: other })).toEqual({ kind: "foreign-key", key: other });
    expect(completed({ sse: "SSE_C" })).toEqual({ kind: "customer-key", key: null });
  });
});
