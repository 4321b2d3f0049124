import { describe, expect, test } from "vitest";
import { declaredKey, missingKey } from "#core/key/declared";
import { lookup } from "../../support/core/lookup.ts";
import { aliasArn, denied, keyArn, ref } from "../../support/core/world.ts";

describe("the declared key", () => {
  const alias = aliasArn("a");

  test.each<[string, string, Parameters<typeof lookup>, object]>([
    ["a key ARN, unlooked at", keyArn(1), [{}], { kind: "arn", arn: keyArn(1) }],
    ["what is no ARN", "alias/a", [{}], { kind: "missing" }],
    ["an alias without a pin", alias, [{ [alias]: keyArn(1) }, { [alias]: null }], { kind: "arn", arn: keyArn(1) }],
    ["an alias that kept", alias, [{ [alias]: keyArn(1) }, { [alias]: keyArn(1) }], { kind: "arn", arn: keyArn(1) }],
    [
      "an alias that moved",
      alias,
      [{ [alias]: keyArn(1) }, { [alias]: keyArn(2) }],
      { kind: "moved", arn: keyArn(1), from: keyArn(2) },
    ],
    ["an alias of nothing", alias, [{ [alias]: null }, { [alias]: keyArn(2) }], { kind: "missing" }],
    ["an alias of nothing, the pin unreadable", alias, [{ [alias]: null }, { [alias]: denied }], { kind: "missing" }],
    ["an alias of nothing, the pin pending", alias, [{ [alias]: null }], { kind: "missing" }],
    ["an alias whose pin is pending", alias, [{ [alias]: keyArn(1) }], { kind: "pending" }],
    ["an alias that is pending", alias, [{}, { [alias]: null }], { kind: "pending" }],
    [
      "an unreadable alias",
      alias,
      [{ [alias]: denied }],
      { kind: "unreadable", what: `key ${alias}`, error: { name: "AccessDenied", message: "Access Denied" } },
    ],
    [
      "an unreadable pin",
      alias,
      [{ [alias]: keyArn(1) }, { [alias]: denied }],
      { kind: "unreadable", what: `the pin of ${alias}`, error: { name: "AccessDenied", message: "Access Denied" } },
    ],
  ])("%s", (_, spelled, facts, expected) => {
    expect(declaredKey(spelled, lookup(...facts))).toEqual(expected);
  });
});

describe("a declared key that is not found", () => {
  test.each([
    [keyArn(1), "key-missing"],
    [aliasArn("s3-default"), "key-missing"],
    [aliasArn("s3-default", { account: "999999999999" }), "key-missing"],
    ["nonsense", "key-missing"],
    [keyArn(1, { region: "us-east-1" }), "key-other-region"],
    [aliasArn("s3-default", { region: "us-east-1" }), "key-other-region"],
  ])("%s is %s", (declared, code) => {
    expect(missingKey(declared, ref).code).toBe(code);
  });
});
