import { describe, expect, test } from "vitest";
import { compareKey, matchKey } from "#core/decide/compare/key";
import { lookUp } from "#core/key/lookup";
import { aliasArn, keyArn, keyFacts, keyId, known, ref } from "../../../support/core/world.ts";

describe("the observed key", () => {
  const alias = aliasArn("a");
  const lookup = lookUp({ keys: new Map([[alias, known(keyFacts(keyArn(1)))]]), pins: new Map() });
  const declared = { spelled: keyArn(1), arn: keyArn(1), keyForm: "absolute" } as const;

  test("is the same if it is an alias that resolves to the declared key ARN", () => {
    expect(matchKey(alias, declared, ref, lookup)).toEqual({ kind: "same" });
    expect(matchKey(alias, { ...declared, spelled: keyArn(2), arn: keyArn(2) }, ref, lookup)).toEqual({
      kind: "differs",
    });
  });

  test("is the same without a read in the policy's own spelling, be it a foreign alias or while the declared key is pending", () => {
    const asking = lookUp({ keys: new Map(), pins: new Map() });
    const theirs = aliasArn("a", { account: "999999999999" });
    expect(matchKey(theirs, { ...declared, spelled: theirs }, ref, asking)).toEqual({ kind: "same" });
    expect(matchKey(alias, { ...declared, spelled: alias, arn: null }, ref, asking)).toEqual({ kind: "same" });
    expect(matchKey(keyArn(1), { ...declared, spelled: alias }, ref, asking)).toEqual({ kind: "same" });
    expect(asking.needs()).toEqual([]);
  });

  test.each(["differs", "relative"] as const)("%s is to be written", (match) => {
    const compared = compareKey("alias/a", keyArn(1), match);
    expect(compared.want).toBe(keyArn(1));
    expect(compared.findings.map((each) => [each.effect, each.reason.code])).toEqual([["differs", `key-${match}`]]);
  });

  test("that could not be looked up is replaced, with the cause", () => {
    const compared = compareKey(aliasArn("b"), keyArn(1), "unread", "key b could not be read: AccessDenied");
    expect(compared.want).toBe(keyArn(1));
    expect(compared.findings).toMatchObject([{ effect: "differs", reason: { code: "key-unread" } }]);
    expect(compared.findings[0]?.reason.text).toMatch(/; key b could not be read: AccessDenied$/);
  });

  test("is pending while its read is, and the wanted one is remembered", () => {
    const asking = lookUp({ keys: new Map(), pins: new Map() });
    expect(matchKey(aliasArn("b"), { ...declared, arn: null }, ref, asking)).toEqual({ kind: "pending" });
    expect(asking.needs()).toEqual([{ fact: "key", arn: aliasArn("b") }]);
  });

  test("is none if it is empty", () => {
    expect(matchKey("", declared, ref, lookup)).toEqual({ kind: "relative" });
    expect(compareKey("", keyArn(1), "relative").findings[0]?.reason.text).toMatch(/^key: none, declared/);
  });

  test("needs no write if it is the same, and is written as its ARN all the same", () => {
    expect(compareKey(keyId(1), keyArn(1), "same")).toEqual({ want: keyArn(1), findings: [] });
  });
});
