import { describe, expect, test } from "vitest";
import { heldByName } from "#core/check/held-by-name";
import { policyOf } from "../../support/core/world.ts";

const hazards = [
  { name: "infrastructure", isAcceptable: true, names: ["cdk-*-assets-*", "sst-state-*"] },
  { name: "replication", isAcceptable: true },
] as const;

const kms = { algorithm: "aws:kms", key: "aws-managed" };

const held = (...rules: readonly object[]) => heldByName(policyOf({ rules }), hazards);
const both = (rule: string) => [{ rule, hazard: "infrastructure", names: ["cdk-*-assets-*", "sst-state-*"] }];

describe("buckets that are held by their names", () => {
  test("are reached by a rule for all", () => {
    expect(held({ id: "baseline", encryption: kms })).toEqual(both("baseline"));
    expect(held({ id: "baseline", encryption: { bucketKey: true } })).toEqual(both("baseline"));
  });

  test("are not reached by a rule that excludes them, does not enforce, is about others or re-keys nothing", () => {
    expect(held({ match: { except: { buckets: ["cdk-*", "sst-*"] } }, encryption: kms })).toEqual([]);
    for (const mode of ["off", "observe"]) expect(held({ encryption: kms, mode })).toEqual([]);
    expect(held({ match: { buckets: ["invoices", "orders-2*", "*-access-logs"] }, encryption: kms })).toEqual([]);
    expect(held({ encryption: { blockSseC: true } })).toEqual([]);
  });

  test("whose names begin with a wildcard are reached by a rule for all, or by such a name", () => {
    const open = [{ name: "infrastructure", isAcceptable: true, names: ["*-stagingbucket-*"] }] as const;
    const of = (match: object) => heldByName(policyOf({ rules: [{ match, encryption: kms }] }), open).length;
    expect([of({}), of({ except: { buckets: ["a-*"] } }), of({ buckets: ["a-stagingbucket-1"] })]).toEqual([1, 1, 1]);
    expect([of({ buckets: ["orders-*"] }), of({ buckets: ["*-stagingbucket"] })]).toEqual([0, 0]);
  });

  test("are reached by no rule below one that surely takes them", () => {
    const off = { id: "tools", match: { buckets: ["cdk-*"] }, encryption: kms, mode: "off" };
    expect(held(off, { id: "baseline", encryption: kms })).toEqual([
      { rule: "baseline", hazard: "infrastructure", names: ["sst-state-*"] },
    ]);
    const some = { id: "tools", match: { buckets: ["cdk-*"], regions: ["eu-*"] }, encryption: kms };
    expect(held(some, { id: "baseline", encryption: kms }).map(({ rule }) => rule)).toEqual(["tools", "baseline"]);
  });

  test("are reached by a name in full, unless the rule accepts that", () => {
    const match = { buckets: ["cdk-a-assets-1"] };
    expect(held({ id: "one", match, encryption: kms })).toMatchObject([{ rule: "one", names: ["cdk-*-assets-*"] }]);
    expect(held({ match, encryption: kms, accept: ["infrastructure"] })).toEqual([]);
    expect(held({ encryption: kms, accept: ["infrastructure"], id: "all" })).toEqual(both("all"));
    const mixed = { buckets: ["cdk-a-assets-1", "sst-*"] };
    expect(held({ id: "two", match: mixed, encryption: kms, accept: ["infrastructure"] })).toMatchObject([
      { rule: "two", names: ["sst-state-*"] },
    ]);
  });
});
