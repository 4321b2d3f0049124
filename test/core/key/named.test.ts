import { describe, expect, test } from "vitest";
import { namedKey } from "#core/key/named";
import { lookup } from "../../support/core/lookup.ts";
import { aliasArn, denied, keyArn, keyId, ref } from "../../support/core/world.ts";

const elsewhere = { account: "999999999999" };

describe("whether the policy names a key", () => {
  const a = aliasArn("a");
  const b = aliasArn("b");
  const mine = aliasArn("mine");

  test.each<[string, string | undefined, string[], Parameters<typeof lookup>, string]>([
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
      "by a foreign alias of a key whose ARN is declared",
      aliasArn("z", elsewhere),
      [keyArn(9, elsewhere)],
      [{ [aliasArn("z", elsewhere)]: keyArn(9, elsewhere) }],
      "named",
    ],
    [
      "by another alias of a foreign alias' key",
      aliasArn("z", elsewhere),
      [aliasArn("a", elsewhere)],
      [
        { [aliasArn("z", elsewhere)]: keyArn(9, elsewhere), [aliasArn("a", elsewhere)]: keyArn(9, elsewhere) },
        { [aliasArn("a", elsewhere)]: null },
      ],
      "named",
    ],
    ["a foreign alias is pending", aliasArn("z", elsewhere), [keyArn(1)], [{}], "pending"],
    [
      "a foreign alias is unreadable",
      aliasArn("z", elsewhere),
      [keyArn(9, elsewhere)],
      [{ [aliasArn("z", elsewhere)]: denied }],
      "unreadable",
    ],
    [
      "a foreign alias that KMS does not know",
      aliasArn("z", elsewhere),
      [keyArn(9, elsewhere)],
      [{ [aliasArn("z", elsewhere)]: null }],
      "unnamed",
    ],
    [
      "an alias of another Region, which is not looked at",
      aliasArn("z", { region: "us-east-1" }),
      [keyArn(1)],
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
    expect(namedKey(spelling, declared, ref, lookup(...facts)).kind).toBe(kind);
  });

  test("is answered for a moved alias with both keys", () => {
    const facts = lookup({ [a]: keyArn(1) }, { [a]: keyArn(2) });
    expect(namedKey(keyArn(1), [a], ref, facts)).toEqual({ kind: "moved", alias: a, from: keyArn(2), to: keyArn(1) });
  });

  test("is decided from aliases and pins that are all read at once", () => {
    const facts = lookup({});
    namedKey(mine, [a, b, aliasArn("c", elsewhere)], ref, facts);
    expect(
      facts.needs().map((need) => ("arn" in need ? need.arn : "alias" in need ? `pin ${need.alias}` : "")),
    ).toEqual([mine, a, `pin ${a}`, b, `pin ${b}`]);
  });

  test("needs no other read if the observed alias names nothing", () => {
    const facts = lookup({ [mine]: null });
    namedKey(mine, [a], ref, facts);
    expect(facts.needs()).toEqual([]);
  });
});
