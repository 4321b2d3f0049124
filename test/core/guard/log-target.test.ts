import { describe, expect, test } from "vitest";
import type { Fact } from "#core/fact";
import type { BucketGrant } from "#core/guard/bucket-facts";
import { guard } from "#core/guard/guard";
import { logTarget } from "#core/guard/hazards/log-target";
import { type PolicyDocument, readDocument } from "#core/iam/document";
import { calm } from "../../support/core/calm.ts";
import { aPlan, kms, wanted } from "../../support/core/loop.ts";
import { account, denied, keyArn, known, ref } from "../../support/core/world.ts";

const bucketArn = `arn:aws:s3:::${ref.bucket}`;

/** A bucket's policy that lets somebody write objects. */
function letting(Principal: unknown, Condition?: object, more: object = {}) {
  const Statement = { Sid: "Logs", Effect: "Allow", Principal, Action: "s3:PutObject", Resource: `${bucketArn}/*` };
  return known(
    readDocument(JSON.stringify({ Version: "2012-10-17", Statement: { ...Statement, Condition, ...more } })),
  );
}

function keyLetting(Service: string, Condition?: object) {
  const home = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" };
  const more = { Effect: "Allow", Principal: { Service }, Action: ["kms:GenerateDataKey*"], Resource: "*", Condition };
  return known(readDocument(JSON.stringify({ Version: "2012-10-17", Statement: [home, more] })));
}

interface Shown {
  readonly bucketPolicy?: Fact<PolicyDocument | null>;
  readonly acl?: Fact<readonly BucketGrant[]>;
  readonly ownership?: Fact<string | null>;
  readonly keyPolicy?: Fact<PolicyDocument>;
}

async function guarded(shown: Shown, plan = aPlan()) {
  const given = Object.fromEntries(Object.entries(shown).map(([name, fact]) => [name, async () => fact]));
  const reader = { ...calm, ...given, key: async () => denied };
  const { kind, reasons } = await guard(reader, { ref, policyKeys: {} }, plan, [logTarget]);
  return { kind, text: reasons[0]?.text ?? null };
}

const clear = { kind: "clear", text: null };
const lost = "and they are lost where the bucket is under a KMS key";
const group = "http://acs.amazonaws.com/groups/s3/LogDelivery";

describe("a bucket that comes under a KMS key and receives logs under SSE-S3 only is held", () => {
  test.each<[string, Shown, string]>([
    [
      "S3's, by the policy",
      {
        bucketPolicy: letting(
          { Service: "logging.s3.amazonaws.com" },
          { StringEquals: { "aws:SourceAccount": account } },
        ),
      },
      `log target: Logs of the bucket's policy lets S3's server access logs be delivered to it, ${lost}`,
    ],
    [
      "a load balancer's, by its service",
      { bucketPolicy: letting({ Service: "logdelivery.elasticloadbalancing.amazonaws.com" }) },
      `log target: Logs of the bucket's policy lets access logs of load balancers be delivered to it, ${lost}`,
    ],
    [
      "a load balancer's, by the account of its Region",
      {
        bucketPolicy: letting({ AWS: "arn:aws:iam::156460612806:root" }, undefined, {
          Resource: `${bucketArn}/AWSLogs/*`,
        }),
      },
      `log target: Logs of the bucket's policy lets access logs of load balancers be delivered to it, ${lost}`,
    ],
    [
      "S3's, by the ACL",
      { acl: known([{ grantee: group, permission: "WRITE" }]), ownership: known("BucketOwnerPreferred") },
      `log target: the bucket's ACL lets S3's server access logs be delivered to it, ${lost}`,
    ],
  ])("%s", async (_, shown, text) => {
    expect(await guarded(shown)).toEqual({ kind: "hazard", text });
    // What was lost before is not lost by the change.
    expect(await guarded(shown, aPlan({ before: { ...kms, key: keyArn(2) } }))).toEqual(clear);
  });
});

describe("a bucket is not held", () => {
  test.each<[string, Shown]>([
    ["without a policy and grants", {}],
    [
      "by a grant that has no effect, since the owner is enforced",
      { acl: known([{ grantee: group, permission: "WRITE" }]), ownership: known("BucketOwnerEnforced") },
    ],
    [
      "by a grant to read the ACL",
      { acl: known([{ grantee: group, permission: "READ_ACP" }]), ownership: known("ObjectWriter") },
    ],
    ["where another account writes", { bucketPolicy: letting({ AWS: "arn:aws:iam::444455556666:root" }) }],
    [
      "where the delivery is denied",
      { bucketPolicy: letting({ Service: "logging.s3.amazonaws.com" }, undefined, { Effect: "Deny" }) },
    ],
    [
      "where the service only reads",
      { bucketPolicy: letting({ Service: "logging.s3.amazonaws.com" }, undefined, { Action: "s3:GetObject" }) },
    ],
  ])("%s", async (_, shown) => {
    expect(await guarded(shown)).toEqual(clear);
  });
});

describe("a service that delivers under a KMS key", () => {
  const flowLogs = letting(
    { Service: "delivery.logs.amazonaws.com" },
    { ArnLike: { "aws:SourceArn": `arn:aws:logs:eu-west-1:${account}:*` } },
  );

  test("holds the bucket unless the declared key's policy lets it", async () => {
    expect(await guarded({ bucketPolicy: flowLogs })).toEqual({
      kind: "hazard",
      text: `log target: delivery.logs.amazonaws.com, who delivers to the bucket (Logs of the bucket's policy), cannot use ${keyArn(1)}, by its policy`,
    });
    const keyPolicy = keyLetting("delivery.logs.amazonaws.com", {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `arn:aws:logs:eu-west-1:${account}:*` },
    });
    expect(await guarded({ bucketPolicy: flowLogs, keyPolicy })).toEqual(clear);
  });

  test.each(["config", "cloudtrail", "s3", "ses"])("is any service, such as %s.amazonaws.com", async (name) => {
    const Service = `${name}.amazonaws.com`;
    const bucketPolicy = letting({ Service }, { StringEquals: { "aws:SourceAccount": account } });
    expect((await guarded({ bucketPolicy })).kind).toBe("hazard");
    const keyPolicy = keyLetting(Service, { StringEquals: { "aws:SourceAccount": account } });
    expect(await guarded({ bucketPolicy, keyPolicy })).toEqual(clear);
  });

  test("may act for what has no account in its ARN, such as a bucket", async () => {
    const condition = { ArnLike: { "aws:SourceArn": "arn:aws:s3:::listed" } };
    const bucketPolicy = letting({ Service: "s3.amazonaws.com" }, condition);
    expect(await guarded({ bucketPolicy, keyPolicy: keyLetting("s3.amazonaws.com", condition) })).toEqual(clear);
  });

  test("is judged where the bucket was under another KMS key, too", async () => {
    const plan = aPlan({ before: { ...kms, key: keyArn(2) } });
    expect((await guarded({ bucketPolicy: flowLogs }, plan)).kind).toBe("hazard");
  });

  test("is one of several, of which each has to be let in", async () => {
    const both = letting({ Service: ["config.amazonaws.com", "cloudtrail.amazonaws.com", "ses.amazonaws.com"] });
    const { text } = await guarded({ bucketPolicy: both, keyPolicy: keyLetting("config.amazonaws.com") });
    expect(text).toMatch(/^log target: cloudtrail\.amazonaws\.com, .*; and 1 more like that$/);
  });

  test("whose key cannot be looked at is unknown", async () => {
    expect(await guarded({ bucketPolicy: flowLogs, keyPolicy: denied })).toEqual({
      kind: "unknown",
      text: "whether the declared key lets them use it could not be read: AccessDenied; it takes kms:GetKeyPolicy",
    });
  });
});

test("a bucket whose policy cannot be read is held", async () => {
  expect(await guarded({ bucketPolicy: denied })).toEqual({
    kind: "unknown",
    text: "whether logs are delivered to the bucket could not be read: AccessDenied; it takes s3:GetBucketPolicy",
  });
});

test("nothing is read where no key is needed", async () => {
  const plan = aPlan({ before: kms, after: { ...wanted, algorithm: "AES256" } });
  expect(await guarded({ bucketPolicy: denied }, plan)).toEqual(clear);
});
