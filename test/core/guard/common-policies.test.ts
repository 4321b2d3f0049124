import { expect, test } from "vitest";
import { guard } from "#core/guard/guard";
import { encryptionContextPinned } from "#core/guard/hazards/encryption-context";
import { keyPolicy } from "#core/guard/hazards/key-policy";
import { writersRefused } from "#core/guard/hazards/writers-refused";
import { readDocument } from "#core/iam/document";
import { calm } from "../../support/core/calm.ts";
import { commonPolicies } from "../../support/core/common-policies.ts";
import { aes, aPlan, kms } from "../../support/core/loop.ts";
import { account, keyArn, keyFacts, known, ref } from "../../support/core/world.ts";

const policies = commonPolicies(ref.bucket, account, keyArn(1));
const list = [keyPolicy, encryptionContextPinned, writersRefused];

async function held(text: string, before: typeof aes | null, manager: "AWS" | "CUSTOMER") {
  const reader = {
    ...calm,
    key: async () => known(keyFacts(keyArn(1), { manager })),
    bucketPolicy: async () => known(readDocument(text)),
  };
  const { reasons } = await guard(reader, { ref, policyKeys: {} }, aPlan({ before }), list);
  return reasons.map((reason) => reason.text);
}

test.each(policies)("a usual policy holds no write of the declared encryption: $name", async ({ text }) => {
  for (const before of [null, aes, { ...kms, bucketKey: false }, { ...kms, key: keyArn(2) }]) {
    expect(await held(text, before, "CUSTOMER")).toEqual([]);
  }
});

/** The names of the policies that hold a bucket under SSE-S3, by any hazard of buckets. */
async function heldByAny(keyPolicy: string): Promise<string[]> {
  const names: string[] = [];
  for (const { name, text } of policies) {
    const reader = {
      ...calm,
      key: async () => known(keyFacts(keyArn(1))),
      bucketPolicy: async () => known(readDocument(text)),
      keyPolicy: async () => known(readDocument(keyPolicy)),
    };
    if ((await guard(reader, { ref, policyKeys: {} }, aPlan({ before: aes }))).kind !== "clear") names.push(name);
  }
  return names;
}

test("no usual policy is held by any hazard without harm: only for whom the key keeps out, and for what takes no key", async () => {
  const own = { Effect: "Allow", Principal: { AWS: account }, Action: "kms:*", Resource: "*" };
  const named = {
    ...own,
    Principal: { AWS: ["444455556666", "777788889999"], Service: ["cloudfront.amazonaws.com", "s3.amazonaws.com"] },
  };
  const org = { ...own, Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } };
  const plain = ["access logs of other buckets"];
  expect(await heldByAny(JSON.stringify({ Statement: [own, named, org] }))).toEqual(plain);
  expect(await heldByAny(JSON.stringify({ Statement: own }))).toEqual([
    "a role of another account",
    "members of the organization",
    "a CloudFront distribution",
    "inventory reports",
    ...plain,
  ]);
});

test("under an AWS managed key, those hold it that let other accounts in, and no others", async () => {
  const names: string[] = [];
  for (const { name, text } of policies) if ((await held(text, aes, "AWS")).length > 0) names.push(name);
  expect(names).toEqual([
    "uploads of other accounts that give the owner full control",
    "a role of another account",
    "members of the organization",
  ]);
});
