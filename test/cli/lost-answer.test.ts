import { beforeAll, expect, test } from "vitest";
import type { Fault } from "../support/local-aws/faults.ts";
import { withFaults } from "../support/local-aws/faults.ts";
import { cloud } from "./cloud.ts";
import { tempFile } from "./run-cli.ts";

const aws = cloud();
let file = "";

beforeAll(async () => {
  await aws.key("s3-default");
  file = await tempFile(`version: 1
keys: { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" }
rules:
  - { id: all, encryption: { algorithm: aws:kms, key: default }, mode: enforce }
`);
});

/**
 * What `apply` says of a bucket whose first write goes wrong, and the calls that it makes after the
 * first PUT.
 */
async function applied(kind: Fault["kind"]) {
  const bucket = await aws.bucket(`lost-${kind.toLowerCase()}`);
  const fault = { kind, service: "s3", api: "PutBucketEncryption", bucket, times: 1 };
  let stdout = "";
  const calls = await aws.callsOf(() =>
    withFaults(aws.endpoint, [fault], async () => {
      ({ stdout } = await aws.run(["apply", bucket, "--policy", file, "--yes", "--json"]));
    }),
  );
  const apis = calls.map(({ api }) => api).filter((api) => api.endsWith("BucketEncryption"));
  return { outcome: JSON.parse(stdout).buckets[0].outcome, calls: apis.slice(apis.indexOf("PutBucketEncryption")) };
}

test("a write that succeeded although its response was lost is verified, not repeated", async () => {
  const { outcome, calls } = await applied("after500");
  expect(outcome).toBe("changed");
  expect(calls.filter((api) => api === "PutBucketEncryption")).toHaveLength(1);
});

test("a write that failed is started over with a read", async () => {
  const { outcome, calls } = await applied("throttle");
  expect(outcome).toBe("changed");
  expect(calls.filter((api) => api === "PutBucketEncryption")).toHaveLength(2);
  expect(calls[1]).toBe("GetBucketEncryption");
});
