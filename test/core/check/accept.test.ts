import { describe, expect, test } from "vitest";
import { checkAccept } from "#core/check/accept";
import { policySchema } from "#core/policy/policy";

const hazards = [
  { name: "replication", isAcceptable: true },
  { name: "log-delivery", isAcceptable: true },
  { name: "null-version", isAcceptable: false },
  { name: "infrastructure", isAcceptable: true, names: ["cdk-*", "sst-*"] },
] as const;

const policyWith = (...accept: string[]) => naming(["b"], ...accept);

const naming = (buckets: string[] | undefined, ...accept: string[]) =>
  policySchema.parse({
    version: 1,
    rules: [
      { id: "first", match: { buckets: ["a"] }, encryption: { algorithm: "AES256" } },
      { id: "second", match: { buckets }, encryption: { algorithm: "AES256" }, accept },
    ],
  });

describe("a rule that accepts hazards", () => {
  test("passes the check with names of hazards that can be accepted", () => {
    expect(checkAccept(policyWith("replication", "log-delivery"), hazards)).toEqual([]);
  });

  test("is refused with the name of no hazard, and the error lists the names", () => {
    expect(checkAccept(policyWith("replication", "replicatoin"), hazards)).toEqual([
      {
        severity: "error",
        path: ["rules", 1, "accept", 1],
        rule: "second",
        code: "accept",
        message:
          '"replicatoin" is not the name of a hazard; it can be replication, log-delivery, infrastructure; remove it from accept',
      },
    ]);
  });

  test("is refused where the name stands, with or without a reason", () => {
    const rule = { id: "a", encryption: { algorithm: "AES256" } };
    const paths = (accept: unknown) =>
      checkAccept(policySchema.parse({ version: 1, rules: [{ ...rule, accept }] }), hazards).map(({ path }) => path);
    expect(paths({ replicatoin: "SEC-9" })).toEqual([["rules", 0, "accept", "replicatoin"]]);
    expect(paths(["replicatoin"])).toEqual([["rules", 0, "accept", 0]]);
  });

  test("is refused with a hazard that cannot be accepted", () => {
    expect(checkAccept(policyWith("null-version"), hazards).map(({ message }) => message)).toEqual([
      'the hazard "null-version" cannot be accepted: what it warns of would be lost or broken; it can be replication, log-delivery, infrastructure; remove it from accept',
    ]);
  });

  test("is refused with any name if no hazard can be accepted", () => {
    expect(checkAccept(policyWith("replication"), []).map(({ message }) => message)).toEqual([
      '"replication" is not the name of a hazard; no hazard can be accepted; remove it from accept',
    ]);
  });

  test("that are accepted by a bucket's name passes with such a name in full", () => {
    expect(checkAccept(naming(["b", "cdk-a"], "infrastructure"), hazards)).toEqual([]);
  });

  test.each([undefined, ["b"], ["cdk-*"], ["cdk-a?"], ["cdk-\\*"]])(
    "that are accepted by a bucket's name is refused with %j",
    (buckets) => {
      expect(checkAccept(naming(buckets, "infrastructure"), hazards).map(({ message }) => message)).toEqual([
        'the hazard "infrastructure" is accepted only for buckets that the rule names without a wildcard, and it names none of cdk-*, sst-*; name one in full under match.buckets, or remove it from accept',
      ]);
    },
  );
});
