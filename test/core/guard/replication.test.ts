import { describe, expect, test } from "vitest";
import type { ObjectPlan } from "#core/decide/object/plan";
import type { Fact } from "#core/fact";
import type { ReplicationConfiguration, ReplicationRule } from "#core/guard/bucket-facts";
import { guard } from "#core/guard/guard";
import { replication } from "#core/guard/hazards/replication";
import type { PolicyDocument } from "#core/iam/document";
import { readDocument } from "#core/iam/document";
import { aPlan, kms, wanted } from "../../support/core/loop.ts";
import { denied, keyArn, known, ref } from "../../support/core/world.ts";

const rule: ReplicationRule = {
  id: "all",
  isEnabled: true,
  destination: "copies",
  takesKms: false,
  replicaKey: null,
};
const ready: ReplicationRule = { ...rule, takesKms: true, replicaKey: keyArn(2) };
const set = (...rules: ReplicationRule[]) => known({ role: "arn:aws:iam::111122223333:role/r", rules });

const account = "111122223333";
const keyLetting = (AWS: string) => {
  const Statement = { Effect: "Allow", Principal: { AWS }, Action: "kms:*", Resource: "*" };
  return known(readDocument(JSON.stringify({ Version: "2012-10-17", Statement })));
};

async function guarded(
  found: Fact<ReplicationConfiguration | null>,
  plan: Parameters<typeof guard>[2],
  object = false,
  policy: Fact<PolicyDocument> = keyLetting(`arn:aws:iam::${account}:root`),
) {
  let reads = 0;
  const reader = {
    key: async () => denied,
    keyPolicy: async () => policy,
    keyGrants: async () => known([]),
    replication: async () => {
      reads++;
      return found;
    },
  };
  const of = { ref, policyKeys: {}, ...(object ? { object: { bucket: ref, key: "a" } } : {}) };
  const { kind, reasons } = await guard(reader, of, plan, [replication]);
  return { kind, texts: reasons.map(({ text }) => text), reads };
}

const clear = { kind: "clear", texts: [], reads: 1 };
const unasked = { ...clear, reads: 0 };

describe("a bucket that comes under a KMS key", () => {
  const says = async (found: Fact<ReplicationConfiguration | null>) => guarded(found, aPlan());

  test("is held where a rule of its replication leaves out such objects, by the rule's name", async () => {
    expect(await says(set(rule))).toEqual({
      kind: "hazard",
      texts: ["replication: rule all to copies would leave out what is written under a KMS key"],
      reads: 1,
    });
    expect((await says(set(ready, rule, { ...rule, id: "more" }))).texts).toEqual([
      "replication: rule all to copies, and 1 more of its rules would leave out what is written under a KMS key",
    ]);
  });

  test("is held where a rule takes such objects and names no key for the replicas", async () => {
    expect((await says(set({ ...ready, replicaKey: null }))).kind).toBe("hazard");
  });

  test("is not held without a replication, and where every rule in force takes such objects", async () => {
    expect(await says(known(null))).toEqual(clear);
    expect(await says(set(ready, { ...rule, isEnabled: false }))).toEqual(clear);
  });

  test("is held where the declared key does not let the replication role decrypt", async () => {
    const only = keyLetting(`arn:aws:iam::${account}:role/uploads`);
    expect(await guarded(set(ready), aPlan(), false, only)).toEqual({
      kind: "hazard",
      texts: [
        `replication: the replication role arn:aws:iam::${account}:role/r cannot use ${keyArn(1)}, by its policy`,
      ],
      reads: 1,
    });
    expect(await guarded(set(ready), aPlan(), false, keyLetting(`arn:aws:iam::${account}:role/r`))).toEqual(clear);
    expect((await guarded(set(ready), aPlan(), false, denied)).kind).toBe("unknown");
  });

  test("is held where the replication cannot be read, which names the permission", async () => {
    expect(await says(denied)).toEqual({
      kind: "unknown",
      texts: ["whether the bucket replicates could not be read: AccessDenied; it takes s3:GetReplicationConfiguration"],
      reads: 1,
    });
  });
});

test("a bucket that comes under another KMS key is held for its replication role only", async () => {
  const before = { ...kms, key: keyArn(2) };
  const only = keyLetting(`arn:aws:iam::${account}:role/uploads`);
  expect(await guarded(set(ready), aPlan({ before }))).toEqual(clear);
  expect((await guarded(set(ready), aPlan({ before }), false, only)).kind).toBe("hazard");
  // What is under a key was not replicated before.
  expect(await guarded(set(rule), aPlan({ before }), false, only)).toEqual(clear);
});

describe("nothing is read of", () => {
  test("a bucket that stays under its KMS key, or comes under none", async () => {
    expect(await guarded(set(rule), aPlan({ before: { ...kms, key: keyArn(1) } }))).toEqual(unasked);
    expect(await guarded(set(rule), aPlan({ before: kms, after: { ...wanted, algorithm: "AES256" } }))).toEqual(
      unasked,
    );
    expect(await guarded(set(rule), aPlan({ after: null }))).toEqual(unasked);
  });

  test("an object that is re-encrypted in place: what was replicated stays replicated", async () => {
    expect(await guarded(set(rule), objectPlan("update"), true)).toEqual(unasked);
  });
});

test("an object that would be copied is held: the copy would not be replicated", async () => {
  expect((await guarded(set(rule), objectPlan("copy"), true)).kind).toBe("hazard");
  expect(await guarded(set(ready), objectPlan("copy"), true)).toEqual(clear);
});

function objectPlan(action: "copy" | "update"): ObjectPlan {
  return { ...aPlan(), action, seen: null, before: { algorithm: "AES256", bucketKey: false }, after: wanted };
}
