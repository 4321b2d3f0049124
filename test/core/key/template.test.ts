import { describe, expect, test } from "vitest";
import { awsManaged, expandKey, keyArnOf } from "#core/key/template";

const ref = { partition: "aws-cn", account: "000000000001", region: "cn-north-1" };

describe("a key template", () => {
  test("is filled with the bucket's partition, account and Region at every occurrence", () => {
    expect(expandKey("arn:{partition}:kms:{region}:{account}:alias/{region}-{account}-{partition}", ref)).toBe(
      "arn:aws-cn:kms:cn-north-1:000000000001:alias/cn-north-1-000000000001-aws-cn",
    );
  });

  test("is found by its name", () => {
    const policy = { keys: { default: "arn:{partition}:kms:{region}:{account}:alias/x" } };
    expect(keyArnOf(policy, "default", ref)).toBe("arn:aws-cn:kms:cn-north-1:000000000001:alias/x");
  });

  test("called aws-managed is built in", () => {
    expect(keyArnOf({ keys: {} }, awsManaged, ref)).toBe("arn:aws-cn:kms:cn-north-1:000000000001:alias/aws/s3");
  });

  test.each(["nope", "constructor"])("that the policy does not name (%j) throws", (name) => {
    expect(() => keyArnOf({ keys: {} }, name, ref)).toThrow(`The policy names no key "${name}"`);
  });
});
