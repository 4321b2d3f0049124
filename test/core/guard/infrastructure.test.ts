import { describe, expect, test } from "vitest";
import type { ObjectPlan } from "#core/decide/object/plan";
import { planBucket } from "#core/decide/plan-bucket";
import { guard } from "#core/guard/guard";
import { hazards } from "#core/guard/hazards";
import { adviceFor } from "#core/reason/advice";
import { calm } from "../../support/core/calm.ts";
import { aes, aPlan, kms, wanted } from "../../support/core/loop.ts";
import { account, keyArn, keyFacts, known, policyOf, ref } from "../../support/core/world.ts";

const reader = { ...calm, key: async () => known(keyFacts(keyArn(1))) };
const bootstrap = `cdk-hnb659fds-assets-${account}-eu-west-1`;

function guarded(bucket: string, plan = aPlan()) {
  return guard(reader, { ref: { ...ref, bucket }, policyKeys: {} }, plan);
}

describe("a bucket of the tooling that deploys", () => {
  test.each([
    [bootstrap, "CDK's bootstrap stack"],
    ["cdk-myteam-assets-111122223333-eu-west-1", "CDK's bootstrap stack"],
    ["cdktoolkit-stagingbucket-1ab2c3d4e5f6", "CDK's bootstrap stack"],
    ["sst-asset-abcdefgh", "SST"],
    ["sst-state-abcdefgh", "SST"],
    ["sstbootstrap-useast15e1a0ba2-1ab2c3d4e5f6", "SST"],
    ["elasticbeanstalk-eu-west-1-111122223333", "Elastic Beanstalk"],
    ["aws-controltower-logs-111122223333-eu-west-1", "AWS Control Tower"],
    ["aws-controltower-s3-access-logs-111122223333-eu-west-1", "AWS Control Tower"],
    ["aws-security-data-lake-eu-west-1-abcdefghijklmnop", "Amazon Security Lake"],
    ["aws-accelerator-central-logs-111122223333-eu-west-1", "Landing Zone Accelerator"],
    ["bucketseal-trail-2f6a0c1e-5a1b-4c3d-8e9f-0123456789ab", "Bucketseal itself"],
    ["dev-bucketseal-hub-trailbucket30a02f88-1ab2c3d4e5f6", "Bucketseal itself"],
  ])("such as %s is not re-keyed", async (bucket, owner) => {
    const breaks = /CDK|SST|Beanstalk/.test(owner)
      ? "deployments would fail"
      : "logs would no longer be delivered, or be read";
    const text = `the bucket ${bucket} belongs to ${owner}, whose roles may use no other key: ${breaks}`;
    expect(await guarded(bucket)).toEqual({
      kind: "hazard",
      reasons: [{ code: "infrastructure", text }],
      accepted: [],
    });
  });

  test.each([
    "my-cdk-hnb659fds-assets-1",
    "cdk-assets-1",
    "sst-assets-1",
    "stagingbucket",
    "my-bucketseal",
    "elasticbeanstalk-samples",
    "my-aws-controltower-logs",
    "security-data-lake",
    "invoices",
  ])("is not seen in %s", async (bucket) => {
    expect((await guarded(bucket)).kind).toBe("clear");
  });

  test.each([
    ["another algorithm", { algorithm: "AES256", bucketKey: true, key: keyArn(1) }],
    ["another key", { ...kms, key: keyArn(2) }],
    ["no key", { algorithm: "aws:kms", bucketKey: true }],
    ["another bucket key", { ...kms, bucketKey: false }],
  ] as const)("that has %s keeps it", async (_, before) => {
    const plan = aPlan({ before: { sseC: "SSE-C", ...before } });
    expect((await guarded(bootstrap, plan)).kind).toBe("hazard");
  });

  test("may have SSE-C blocked, which re-keys nothing", async () => {
    expect((await guarded(bootstrap, aPlan({ before: { ...kms, sseC: "NONE" } }))).kind).toBe("clear");
  });

  test("keeps the encryption of its objects, whatever a write would change", async () => {
    const at = { ...ref, bucket: bootstrap };
    const plan: ObjectPlan = {
      ...aPlan(),
      action: "update",
      seen: null,
      before: { algorithm: "aws:kms", key: keyArn(1), bucketKey: true },
      after: wanted,
    };
    const found = await guard(reader, { ref: at, object: { bucket: at, key: "a.zip" }, policyKeys: {} }, plan);
    expect(found.reasons.map(({ code }) => code)).toEqual(["infrastructure"]);
  });
});

describe("a rule that accepts infrastructure", () => {
  async function cleared(buckets: string[], accept = ["infrastructure"]) {
    const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true };
    const policy = policyOf({ keys: { default: keyArn(1) }, rules: [{ match: { buckets }, encryption, accept }] });
    const at = { ...ref, bucket: bootstrap };
    const look = {
      encryption: async () => known(aes),
      tags: async () => known({}),
      ous: async () => known([]),
      accountTags: async () => known({}),
      pin: async () => known(null),
      ...reader,
    };
    const { plan } = await planBucket({ reader: look, now: () => 0 }, at, policy);
    expect(plan.action).toBe("write");
    return guard(look, { ref: at, policyKeys: {} }, plan);
  }

  test("lifts the hold of a bucket that it names, and says so", async () => {
    const { kind, accepted } = await cleared([bootstrap]);
    expect({ kind, accepted: accepted.map(({ code }) => code) }).toEqual({
      kind: "clear",
      accepted: ["hazard-accepted"],
    });
  });

  test.each([
    ["a wildcard", ["cdk-*"]],
    ["a wildcard, though it names another", ["cdk-other-assets-1", `${bootstrap.slice(0, -1)}?`]],
  ])("lifts nothing by %s", async (_, buckets) => {
    expect((await cleared(buckets)).kind).toBe("hazard");
  });

  test("lifts nothing by the name alone", async () => {
    expect((await cleared([bootstrap], [])).kind).toBe("hazard");
  });
});

test("infrastructure that is held gets advice: exclude the bucket, or name it in full", () => {
  const context = { ref: { ...ref, bucket: bootstrap }, rule: "baseline", declaredKey: null };
  const [next, ...others] = adviceFor("held", ["infrastructure"], context);
  expect(others).toEqual([]);
  expect(next).toMatch(/^Exclude cdk-hnb659fds-assets-\S+ from rule baseline \(match\.except\)/);
  expect(next).toMatch(/name the bucket in a rule of its own with "accept: \{ infrastructure: WHY \}"\.$/);
});

test("infrastructure is the hazard whose buckets are known by name", () => {
  expect(hazards.filter(({ names }) => names !== undefined).map(({ name }) => name)).toEqual(["infrastructure"]);
});
