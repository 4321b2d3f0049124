import { expect, test } from "vitest";
import { planBucket } from "#core/decide/plan-bucket";
import type { BucketReader } from "#core/decide/reader";
import type { Fact } from "#core/fact";
import { kms, NOW } from "../../support/core/loop.ts";
import { aliasArn, keyArn, keyFacts, known, policyOf, ref } from "../../support/core/world.ts";

const alias = aliasArn("s3-default");
const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true };
const policy = policyOf({
  keys: { default: alias },
  rules: [
    { id: "ou", match: { ous: ["ou-ab12-11111111"], tags: { team: "a" } }, encryption, trustTags: true },
    { id: "all", encryption },
  ],
});

function reader(asked: string[]): BucketReader {
  const tell = async <T>(what: string, value: T): Promise<Fact<T>> => {
    asked.push(what);
    return known(value);
  };
  return {
    encryption: () => tell("encryption", kms),
    tags: () => tell("tags", { team: "b" }),
    ous: () => tell("ous", ["ou-ab12-11111111"]),
    accountTags: () => tell("accountTags", { env: "prod" }),
    key: (_, arn, fresh) => tell(`key ${arn} ${fresh}`, keyFacts(keyArn(1))),
    pin: (_, name) => tell(`pin ${name}`, keyArn(1)),
  };
}

test("every fact that a decision depends on is read once", async () => {
  const asked: string[] = [];
  const { plan, facts } = await planBucket({ reader: reader(asked), now: () => NOW }, ref, policy);
  expect(plan).toMatchObject({ verdict: "compliant", rule: "all" });
  expect(asked).toEqual(["ous", "tags", "encryption", `key ${alias} false`, `pin ${alias}`]);
  expect(facts).toEqual({
    now: NOW,
    ref,
    ous: known(["ou-ab12-11111111"]),
    tags: known({ team: "b" }),
    encryption: known(kms),
    keys: new Map([[alias, known(keyFacts(keyArn(1)))]]),
    pins: new Map([[alias, known(keyArn(1))]]),
  });
});

test("an account's tags are read where a rule needs them, before the bucket's", async () => {
  const asked: string[] = [];
  const byAccount = policyOf({
    rules: [
      {
        match: { accountTags: { env: "prod" }, tags: { team: "b" } },
        encryption: { blockSseC: true },
        trustTags: true,
      },
    ],
  });
  const { plan } = await planBucket({ reader: reader(asked), now: () => NOW }, ref, byAccount);
  expect(plan).toMatchObject({ verdict: "compliant", rule: "rule-0" });
  expect(asked).toEqual(["accountTags", "tags", "encryption"]);
});

test("a known fact is not read again, nor changed", async () => {
  const asked: string[] = [];
  const keys = new Map([[keyArn(2), known(null)]]);
  const pins = new Map([[aliasArn("other"), known(null)]]);
  const facts = { ous: known(["r-root"]), encryption: known(kms), keys, pins };
  const found = await planBucket({ reader: reader(asked), now: () => NOW }, ref, policy, facts);
  expect(asked).toEqual([`key ${alias} false`, `pin ${alias}`]);
  expect([...found.facts.keys.keys(), ...found.facts.pins.keys()]).toEqual([
    keyArn(2),
    alias,
    aliasArn("other"),
    alias,
  ]);
  expect([keys.size, pins.size]).toEqual([1, 1]);
});

test("a key that cannot be read is asked for at most eight times", async () => {
  const asked: string[] = [];
  const forgetful = { ...reader(asked), encryption: async () => asked.push("encryption") && undefined };
  const ports = { reader: forgetful as unknown as BucketReader, now: () => NOW };
  await expect(planBucket(ports, ref, policy, { ous: known([]) })).rejects.toThrow(
    "decide asked for facts 8 times and came to no plan",
  );
  expect(asked).toEqual(Array.from({ length: 8 }, () => "encryption"));
});

test("an error of the reader is thrown", async () => {
  const failing: BucketReader = { ...reader([]), encryption: () => Promise.reject(new Error("throttled")) };
  await expect(planBucket({ reader: failing, now: () => NOW }, ref, policy)).rejects.toThrow("throttled");
});
