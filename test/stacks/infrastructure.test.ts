import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { planBucket } from "#core/decide/plan-bucket";
import { guard } from "#core/guard/guard";
import type { GuardedReader } from "#core/guard/reader";
import { parseKmsArn } from "#core/key/arn";
import type { CompiledPolicy } from "#core/match/compile";
import { compilePolicy } from "#core/match/compile";
import { loadPolicyFile } from "../../cli/file/policy-file.ts";
import { synthesize } from "../../scripts/synthesize.ts";
import { calm } from "../support/core/calm.ts";

const [account, region] = ["111122223333", "eu-west-1"];
const stackId = "2f6a0c1e-5a1b-4c3d-8e9f-0123456789ab";
const folder = new URL("../../examples/policies/", import.meta.url);
const samples = readdirSync(folder);
const bootstrap = new URL("../../node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml", import.meta.url);

/** Every bucket of the hub's template, by the name that CloudFormation gives it. */
const ownBuckets = (async () => {
  const { stack } = await synthesize({ trail: "create", dataTrail: "create", batch: true });
  const buckets = Object.values(Template.fromStack(stack).findResources("AWS::S3::Bucket"));
  return buckets.map(({ Properties: { BucketName } }) => {
    const [separator, [prefix, id]] = BucketName["Fn::Join"];
    expect([separator, id]).toEqual(["", { "Fn::Select": [2, { "Fn::Split": ["/", { Ref: "AWS::StackId" }] }] }]);
    return `${prefix}${stackId}`;
  });
})();

/** The default name of the bucket of CDK's bootstrap stack, from the template that it deploys. */
function bootstrapBucket(): string {
  const name = /cdk-\$\{Qualifier\}-assets-\$\{AWS::AccountId\}-\$\{AWS::Region\}/.exec(
    readFileSync(bootstrap, "utf8"),
  );
  const values: Readonly<Record<string, string>> = { Qualifier: "hnb659fds", AccountId: account, Region: region };
  return `${name?.[0]}`.replaceAll(/\$\{(?:AWS::)?(\w+)\}/g, (_, variable: string) => `${values[variable]}`);
}

/** Buckets as CDK and SST make them: under the AWS managed key without a name, or SSE-S3. */
const encryptions = [
  { algorithm: "aws:kms", bucketKey: false, sseC: "SSE-C" },
  { algorithm: "AES256", bucketKey: false, sseC: "NONE" },
] as const;

const known = <T>(value: T) => ({ known: true, value }) as const;
const key = `arn:aws:kms:${region}:${account}:key/11111111-1111-4111-8111-111111111111`;

function readerOf(encryption: (typeof encryptions)[number]): GuardedReader {
  return {
    ...calm,
    encryption: async () => known(encryption),
    tags: async () => known({}),
    ous: async () => known(["ou-ab12-analytic", "r-ab12"]),
    accountTags: async () => known({}),
    key: async (_, arn) =>
      known({
        arn: parseKmsArn(arn)?.kind === "key" ? arn : key,
        state: "Enabled",
        spec: "SYMMETRIC_DEFAULT",
        usage: "ENCRYPT_DECRYPT",
        manager: "CUSTOMER",
      }),
    pin: async () => known(null),
  };
}

/** What a sample policy would do to a bucket: `write`, or the reasons not to. */
async function judged(policy: CompiledPolicy, bucket: string, encryption: (typeof encryptions)[number]) {
  const ref = { partition: "aws", account, region, bucket };
  const reader = readerOf(encryption);
  const { plan } = await planBucket({ reader, now: () => Date.UTC(2026, 11, 1) }, ref, policy);
  if (plan.action !== "write") return plan.action;
  const { kind, reasons } = await guard(reader, { ref, policyKeys: policy.policy.keys }, plan);
  return kind === "clear" ? `write ${plan.differs}` : reasons.map(({ code }) => code).join();
}

test("the hub's own buckets bear names that fit into 63 characters", async () => {
  const names = await ownBuckets;
  expect(names).toHaveLength(5);
  for (const name of names) expect(name).toMatch(/^bucketseal-[a-z-]{1,15}-[0-9a-f-]{36}$/);
});

describe.each(samples)("%s", (sample) => {
  test("re-keys no bucket of CDK, SST or Bucketseal", async () => {
    const { policy } = await loadPolicyFile(fileURLToPath(new URL(sample, folder)));
    const compiled = compilePolicy(policy as NonNullable<typeof policy>);
    const own = await ownBuckets;
    const others = [bootstrapBucket(), "sst-asset-abcdefgh", "sst-state-abcdefgh", `sstbootstrap-useast1-1ab2c3d4e5f6`];
    for (const bucket of [...own, ...others]) {
      const found = await Promise.all(encryptions.map((encryption) => judged(compiled, bucket, encryption)));
      for (const each of found) expect(["none", "hold", "infrastructure", "write SSE-C"]).toContain(each);
    }
    const ordinary = await Promise.all(encryptions.map((each) => judged(compiled, "invoices", each)));
    expect(ordinary.filter((each) => each.startsWith("write"))).not.toEqual([]);
  });
});
