import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideAccess, type Policies } from "#core/iam/decide";
import { type PolicyDocument, readDocument } from "#core/iam/document";
import type { ContextValue, IamRequest } from "#core/iam/request";
import { allOf, anyOf, opposite, type Truth } from "#core/iam/truth";
import { abroad, anonymous, document, home, role, root, service, session, user } from "../../support/core/iam.ts";
import { runs } from "../../support/soak.ts";

const KEYS = ["k", "aws:sourceip", "aws:username"];
const value = fc.constantFrom("a", "b", "a*", `\${aws:username}`, "203.0.113.0/24", "true");
const operator = fc.constantFrom(
  "StringEquals",
  "StringNotEquals",
  "StringLike",
  "StringNotLikeIfExists",
  "ForAllValues:StringEquals",
  "ForAnyValue:StringNotEquals",
  "Null",
  "IpAddress",
  "Bool",
  "StringSounds",
);
const one = <T>(from: fc.Arbitrary<T>) => fc.oneof(from, fc.array(from, { minLength: 1, maxLength: 2 }));
const condition = fc.dictionary(
  operator,
  fc.dictionary(fc.constantFrom(...KEYS), one(value), { minKeys: 1, maxKeys: 2 }),
  {
    maxKeys: 2,
  },
);
const principal = fc.constantFrom<unknown>(
  "*",
  { AWS: home },
  { AWS: `arn:aws:iam::${home}:user/alice` },
  { AWS: [`arn:aws:iam::${abroad}:root`, `arn:aws:iam::${home}:role/ci`] },
  { AWS: "AIDACKCEVSQ6C2EXAMPLE" },
  { Service: "s3.amazonaws.com" },
);
const action = fc.constantFrom("s3:PutObject", "s3:*", "*", "s3:GetObject");
const resource = fc.constantFrom(
  "*",
  "arn:aws:s3:::invoices/*",
  `arn:aws:s3:::invoices/\${aws:username}`,
  "arn:aws:s3:::other",
);
const effect = fc.constantFrom("Allow", "Deny");

/** A statement with each element or its `Not…`. */
const statement = fc
  .record({
    effect,
    action: one(action),
    resource: one(resource),
    condition,
    isExcept: fc.tuple(fc.boolean(), fc.boolean()),
  })
  .map(({ effect: Effect, action: actions, resource: resources, condition: Condition, isExcept }) => ({
    Effect,
    [isExcept[0] ? "NotAction" : "Action"]: actions,
    [isExcept[1] ? "NotResource" : "Resource"]: resources,
    Condition,
  }));
const onResource = fc
  .tuple(statement, principal, fc.boolean())
  .map(([rest, who, isExcept]) => ({ ...rest, [isExcept ? "NotPrincipal" : "Principal"]: who }));

const identityDocument = fc.array(statement, { maxLength: 3 }).map((all) => document(...all));
const resourceDocument = fc.array(onResource, { maxLength: 3 }).map((all) => document(...all));
const policies: fc.Arbitrary<Policies> = fc.record({
  identity: fc.array(identityDocument, { maxLength: 2 }),
  resource: fc.option(resourceDocument),
  kind: fc.constantFrom("bucket", "key"),
  owner: fc.constant(home),
  scps: fc.array(fc.array(identityDocument, { maxLength: 2 }), { maxLength: 2 }),
});
const keys = fc.record(
  Object.fromEntries(KEYS.map((key) => [key, fc.option(fc.oneof(value, fc.array(value, { maxLength: 2 })))])),
) as fc.Arbitrary<Record<string, ContextValue | null>>;
const request: fc.Arbitrary<IamRequest> = fc.record({
  action,
  resource: fc.constantFrom("arn:aws:s3:::invoices/a", "arn:aws:s3:::other"),
  caller: fc.constantFrom(
    user("alice"),
    role("ci"),
    session("ci", "1"),
    root(),
    user("p", abroad),
    service("s3.amazonaws.com"),
    anonymous,
  ),
  context: keys.map((known) => ({ keys: known, isWhole: true })),
});

describe("an evaluation", () => {
  test("never says for sure what a missing fact would change", () => {
    fc.assert(
      fc.property(policies, request, fc.subarray(KEYS), (given, full, forgotten) => {
        const known = Object.fromEntries(Object.entries(full.context.keys).filter(([key]) => !forgotten.includes(key)));
        const partly = decideAccess(given, { ...full, context: { keys: known, isWhole: false } }).kind;
        const fully = decideAccess(given, full).kind;
        expect(["unknown", fully, ...(isRefusal(fully) ? ["deny", "none"] : [])]).toContain(partly);
      }),
      { numRuns: runs(2000) },
    );
  });

  test("says of somebody only what is true of everybody it may be", () => {
    const who = fc.constantFrom(user("alice"), role("ci"), session("ci", "1"), user("p", abroad));
    fc.assert(
      fc.property(policies, request, who, fc.boolean(), (given, asked, caller, isPlaced) => {
        const account = isPlaced && caller.kind === "principal" ? caller.account : null;
        const somebody = decideAccess(given, { ...asked, caller: { kind: "somebody", account } }).kind;
        const known = decideAccess(given, { ...asked, caller }).kind;
        if (somebody !== "unknown" && known !== "unknown") expect(isRefusal(known)).toBe(isRefusal(somebody));
      }),
      { numRuns: runs(2000) },
    );
  });

  test("allows no more with one more Deny, and refuses no more with one more Allow", () => {
    fc.assert(
      fc.property(policies, request, onResource, (given, asked, more) => {
        const before = decideAccess(given, asked).kind;
        const extra = document({ ...more, Effect: "Allow" }).statements;
        const statements = given.resource?.statements ?? [];
        const wider = decideAccess({ ...given, resource: { statements: [...statements, ...extra] } }, asked).kind;
        const denies = document({ ...more, Effect: "Deny" }).statements;
        const stricter = decideAccess({ ...given, resource: { statements: [...statements, ...denies] } }, asked).kind;
        if (before === "allow") expect(wider).toBe("allow");
        if (before === "deny") expect(wider).toBe("deny");
        if (isRefusal(before)) expect(isRefusal(stricter)).toBe(true);
        if (stricter === "allow") expect(before).toBe("allow");
      }),
      { numRuns: runs(2000) },
    );
  });

  test("is the same whatever the order of statements", () => {
    fc.assert(
      fc.property(policies, request, (given, asked) => {
        const turned = (all: PolicyDocument) => ({ statements: all.statements.toReversed() });
        const other = {
          ...given,
          identity: (given.identity ?? []).map(turned).toReversed(),
          resource: given.resource === null ? null : turned(given.resource),
        };
        expect(decideAccess(other, asked).kind).toBe(decideAccess(given, asked).kind);
      }),
      { numRuns: runs(500) },
    );
  });

  test("never fails, whatever the document", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((json) => `{"Statement":${json}}`),
        ),
        request,
        (text, asked) => {
          const resource = readDocument(text);
          expect(["allow", "deny", "none", "unknown"]).toContain(
            decideAccess({ identity: [], resource, kind: "bucket", owner: home }, asked).kind,
          );
        },
      ),
      { numRuns: runs(1000) },
    );
  });
});

describe("Kleene's logic", () => {
  const truths: readonly Truth[] = ["yes", "no", "unknown"];
  /** All ways in which what is not known may turn out. */
  const ways = (list: readonly Truth[]): readonly (readonly Truth[])[] =>
    list.reduce<readonly (readonly Truth[])[]>(
      (all, each) =>
        all.flatMap((way) => (each === "unknown" ? ["yes", "no"] : [each]).map((one) => [...way, one as Truth])),
      [[]],
    );
  const lists = [
    [],
    ...truths.map((a) => [a]),
    ...truths.flatMap((a) => truths.flatMap((b) => truths.map((c) => [a, b, c]))),
  ];

  test.each(lists.map((list) => ({ list })))("of $list is what it is however the unknown turns out", ({ list }) => {
    const outcomes = (of: typeof allOf) => [...new Set(ways(list).map((way) => of(way, (each) => each)))];
    const sure = (all: readonly Truth[]) => (all.length === 1 ? all[0] : "unknown");
    expect(allOf(list, (each) => each)).toBe(sure(outcomes(allOf)));
    expect(anyOf(list, (each) => each)).toBe(sure(outcomes(anyOf)));
    expect(anyOf(list, (each) => each)).toBe(opposite(allOf(list.map(opposite), (each) => each)));
  });
});

// --- internal ---

function isRefusal(kind: string): boolean {
  return kind === "deny" || kind === "none";
}
