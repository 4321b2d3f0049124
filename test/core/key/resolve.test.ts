import { describe, expect, test } from "vitest";
import type { Fact } from "#core/fact";
import { isSamePlace } from "#core/key/arn";
import { declaredKey } from "#core/key/declared";
import type { KeyFacts } from "#core/key/key";
import { lookUp } from "#core/key/lookup";
import { namedKey } from "#core/key/named";
import { resolveKey } from "#core/key/resolve";
import { absoluteKey, isRelative } from "#core/key/spelling";
import { aliasArn, denied, keyArn, keyFacts, keyId, known, ref } from "../../support/core/world.ts";

const elsewhere = { account: "999999999999" };

/** A look at keys and pins by ARN: a string resolves, `null` is missing, anything else is the fact itself. */
function look(
  keys: Record<string, string | null | Fact<never>>,
  pins: Record<string, string | null | Fact<never>> = {},
) {
  const key = (value: string | null | Fact<never>): Fact<KeyFacts | null> =>
    typeof value === "string" ? known(keyFacts(value)) : value === null ? known(null) : value;
  const pin = (value: string | null | Fact<never>): Fact<string | null> =>
    typeof value === "object" && value !== null ? value : known(value);
  return lookUp({
    keys: new Map(Object.entries(keys).map(([arn, value]) => [arn, key(value)])),
    pins: new Map(Object.entries(pins).map(([arn, value]) => [arn, pin(value)])),
  });
}

describe("spellings", () => {
  test.each<[string | undefined, boolean, string]>([
    [keyId(1), true, keyArn(1)],
    ["alias/a", true, aliasArn("a")],
    [undefined, true, aliasArn("aws/s3")],
    ["", true, aliasArn("aws/s3")],
    [keyArn(1), false, keyArn(1)],
    [aliasArn("a", elsewhere), false, aliasArn("a", elsewhere)],
    ["nonsense", false, "nonsense"],
  ])("%s is relative: %s, and means %s in the bucket's place", (spelling, relative, absolute) => {
    expect(isRelative(spelling)).toBe(relative);
    expect(absoluteKey(spelling, ref)).toBe(absolute);
  });

  test("a place is partition, account and Region", () => {
    expect(isSamePlace(ref, { ...ref })).toBe(true);
    expect(isSamePlace(ref, { ...ref, account: "999999999999" })).toBe(false);
    expect(isSamePlace(ref, { ...ref, region: "us-east-1" })).toBe(false);
    expect(isSamePlace(ref, { ...ref, partition: "aws-cn" })).toBe(false);
  });

  test("only an alias in the bucket's own place is looked up", () => {
    const at = look({ [aliasArn("a")]: keyArn(1) });
    expect(resolveKey(keyArn(9, elsewhere), ref, at)).toEqual({ kind: "arn", arn: keyArn(9, elsewhere) });
    expect(resolveKey(aliasArn("a"), ref, at)).toEqual({ kind: "arn", arn: keyArn(1) });
    expect(resolveKey(aliasArn("a", elsewhere), ref, at)).toEqual({ kind: "missing" });
    expect(resolveKey("nonsense", ref, at)).toEqual({ kind: "missing" });
    expect(at.needs()).toEqual([]);
    expect(resolveKey(aliasArn("b"), ref, at)).toEqual({ kind: "pending" });
    expect(at.needs()).toEqual([{ fact: "key", arn: aliasArn("b") }]);
  });

  test("what is asked for twice is asked once", () => {
    const at = look({});
    at.key("a");
    at.pin("a");
    at.key("a");
    at.pin("a");
    at.pin("b");
    expect(at.needs()).toEqual([
      { fact: "key", arn: "a" },
      { fact: "pin", alias: "a" },
      { fact: "pin", alias: "b" },
    ]);
  });
});

describe("the declared key", () => {
  const alias = aliasArn("a");

  test.each<[string, string, Parameters<typeof look>, object]>([
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
    expect(declaredKey(spelled, look(...facts))).toEqual(expected);
  });
});

describe("whether the policy names a key", () => {
  const a = aliasArn("a");
  const b = aliasArn("b");
  const mine = aliasArn("mine");

  test.each<[string, string | undefined, string[], Parameters<typeof look>, string]>([
    ["by its key ARN", keyArn(1), [keyArn(1)], [{}], "named"],
    ["by its key ARN in another account", keyArn(9, elsewhere), [keyArn(9, elsewhere)], [{}], "named"],
    ["by its key id", keyId(1), [keyArn(2), keyArn(1)], [{}], "named"],
    ["by an alias whose key ARN is declared", mine, [keyArn(1)], [{ [mine]: keyArn(1) }], "named"],
    [
      "by an alias",
      keyArn(1),
      [b, a],
      [
        { [a]: keyArn(1), [b]: keyArn(2) },
        { [a]: null, [b]: null },
      ],
      "named",
    ],
    ["by the alias' own spelling", a, [a], [{ [a]: keyArn(1) }, { [a]: null }], "named"],
    [
      "by a foreign alias' own spelling",
      aliasArn("a", elsewhere),
      [aliasArn("a", elsewhere)],
      [{ [aliasArn("a", elsewhere)]: keyArn(9, elsewhere) }, { [aliasArn("a", elsewhere)]: null }],
      "named",
    ],
    [
      "by an alias that moved away from it, as recorded",
      keyArn(1),
      [a],
      [{ [a]: keyArn(2) }, { [a]: keyArn(1) }],
      "named",
    ],
    ["by a deleted alias, as recorded", keyArn(1), [a], [{ [a]: null }, { [a]: keyArn(1) }], "named"],
    ["by one alias while another is pending", keyArn(1), [a, b], [{ [a]: keyArn(1) }, { [a]: null }], "named"],
    [
      "by one alias while another is unreadable",
      keyArn(1),
      [b, a],
      [
        { [a]: keyArn(1), [b]: denied },
        { [a]: null, [b]: null },
      ],
      "named",
    ],
    [
      "by one alias while another moved to it",
      keyArn(1),
      [b, a],
      [
        { [a]: keyArn(1), [b]: keyArn(1) },
        { [a]: null, [b]: keyArn(2) },
      ],
      "named",
    ],
    ["by nobody", keyArn(1), [keyArn(2)], [{}], "unnamed"],
    ["by no alias", keyArn(1), [a], [{ [a]: keyArn(2) }, { [a]: null }], "unnamed"],
    ["by an alias of nothing", keyArn(1), [a], [{ [a]: null }, { [a]: null }], "unnamed"],
    ["by aliases elsewhere, which are not looked at", keyArn(1), [aliasArn("a", elsewhere)], [{}], "unnamed"],
    [
      "a foreign alias that the policy does not spell",
      aliasArn("z", elsewhere),
      [aliasArn("a", elsewhere)],
      [{}],
      "unnamed",
    ],
    ["an alias of nothing", mine, [a], [{ [mine]: null }], "unnamed"],
    ["what is no key", "nonsense", ["nonsense"], [{}], "unnamed"],
    ["by an alias that moved to it", keyArn(1), [a], [{ [a]: keyArn(1) }, { [a]: keyArn(2) }], "moved"],
    ["by an alias that is pending", keyArn(1), [a], [{}], "pending"],
    ["by an alias whose pin is pending", keyArn(1), [a], [{ [a]: keyArn(1) }], "pending"],
    ["the observed alias is pending", mine, [keyArn(1)], [{}], "pending"],
    ["pending before unreadable", keyArn(1), [a, b], [{ [a]: denied }, { [a]: null }], "pending"],
    ["by an unreadable alias", keyArn(1), [a], [{ [a]: denied }, { [a]: null }], "unreadable"],
    [
      "by an unreadable alias whose pin names another key",
      keyArn(1),
      [a],
      [{ [a]: denied }, { [a]: keyArn(2) }],
      "unreadable",
    ],
    ["by an unreadable alias whose pin names it", keyArn(1), [a], [{ [a]: denied }, { [a]: keyArn(1) }], "named"],
    ["by an alias with an unreadable pin", keyArn(1), [a], [{ [a]: keyArn(1) }, { [a]: denied }], "unreadable"],
    [
      "unreadable before moved",
      keyArn(1),
      [a, b],
      [
        { [a]: keyArn(1), [b]: denied },
        { [a]: keyArn(2), [b]: null },
      ],
      "unreadable",
    ],
    ["the observed alias is unreadable", mine, [keyArn(1)], [{ [mine]: denied }], "unreadable"],
    [
      "the observed alias is unreadable, another is not",
      mine,
      [a],
      [{ [mine]: denied, [a]: keyArn(1) }, { [a]: null }],
      "unreadable",
    ],
  ])("%s", (_, spelling, declared, facts, kind) => {
    expect(namedKey(spelling, declared, ref, look(...facts)).kind).toBe(kind);
  });

  test("an alias that moved is told with both keys", () => {
    const facts = look({ [a]: keyArn(1) }, { [a]: keyArn(2) });
    expect(namedKey(keyArn(1), [a], ref, facts)).toEqual({ kind: "moved", alias: a, from: keyArn(2), to: keyArn(1) });
  });

  test("every alias and pin is asked for at once", () => {
    const facts = look({});
    namedKey(mine, [a, b, aliasArn("c", elsewhere)], ref, facts);
    expect(
      facts.needs().map((need) => ("arn" in need ? need.arn : "alias" in need ? `pin ${need.alias}` : "")),
    ).toEqual([mine, a, `pin ${a}`, b, `pin ${b}`]);
  });

  test("an observed alias that names nothing asks for nothing else", () => {
    const facts = look({ [mine]: null });
    namedKey(mine, [a], ref, facts);
    expect(facts.needs()).toEqual([]);
  });
});
