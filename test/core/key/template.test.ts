import { describe, expect, test } from "vitest";
import { parseKmsArn } from "#core/key/arn";
import { classifyKey, isKeyId } from "#core/key/spelling";
import { awsManaged, expandKey, keyArnOf } from "#core/key/template";

const id = "1234abcd-12ab-34cd-56ef-1234567890ab";
const multi = "mrk-1234abcd12ab34cd56ef1234567890ab";
const ref = { partition: "aws-cn", account: "000000000001", region: "cn-north-1" };

describe("a key template", () => {
  test("is filled with the bucket's own partition, account and Region, wherever and however often they stand", () => {
    expect(expandKey("arn:{partition}:kms:{region}:{account}:alias/{region}-{account}-{partition}", ref)).toBe(
      "arn:aws-cn:kms:cn-north-1:000000000001:alias/cn-north-1-000000000001-aws-cn",
    );
  });

  test("is found by its name", () => {
    const policy = { keys: { default: "arn:{partition}:kms:{region}:{account}:alias/x" } };
    expect(keyArnOf(policy, "default", ref)).toBe("arn:aws-cn:kms:cn-north-1:000000000001:alias/x");
  });

  test("aws-managed is built in", () => {
    expect(keyArnOf({ keys: {} }, awsManaged, ref)).toBe("arn:aws-cn:kms:cn-north-1:000000000001:alias/aws/s3");
  });

  test.each(["nope", "constructor"])("that the policy does not name (%j) is a fault of the program", (name) => {
    expect(() => keyArnOf({ keys: {} }, name, ref)).toThrow(`The policy names no key "${name}"`);
  });
});

describe("a KMS ARN", () => {
  test("of a key is taken apart", () => {
    expect(parseKmsArn(`arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/${multi}`)).toEqual({
      partition: "aws-us-gov",
      region: "us-gov-west-1",
      account: "111122223333",
      kind: "key",
      id: multi,
    });
  });

  test("of an alias is taken apart, its name without alias/", () => {
    expect(parseKmsArn("arn:aws:kms:eu-west-1:111122223333:alias/team/s3_default-1")).toEqual({
      partition: "aws",
      region: "eu-west-1",
      account: "111122223333",
      kind: "alias",
      id: "team/s3_default-1",
    });
  });

  test.each([
    "",
    id,
    "alias/x",
    "arn:aws:kms:eu-west-1:111122223333:key/",
    "arn:aws:kms:eu-west-1:111122223333:alias/",
    "arn:aws:kms:eu-west-1:111122223333:alias/a b",
    "arn:aws:kms:eu-west-1:111122223333:key/a/b",
    "arn:aws:kms:eu-west-1:11112222333:key/x",
    "arn:aws:kms:eu-west-1:1111222233334:key/x",
    "arn:aws:kms::111122223333:key/x",
    "arn:aws:s3:eu-west-1:111122223333:key/x",
    "arn:gcp:kms:eu-west-1:111122223333:key/x",
    "arn:aws:kms:eu-west-1:111122223333:grant/x",
    " arn:aws:kms:eu-west-1:111122223333:key/x",
    "arn:aws:kms:eu-west-1:111122223333:key/x\n",
    "xarn:aws:kms:eu-west-1:111122223333:key/x",
  ])("%j is none", (text) => {
    expect(parseKmsArn(text)).toBeNull();
  });
});

describe("the spelling of a bucket's key", () => {
  test.each([
    [undefined, "none"],
    ["", "none"],
    [`arn:aws:kms:eu-west-1:111122223333:key/${id}`, "key-arn"],
    [`arn:aws:kms:eu-west-1:111122223333:key/${multi}`, "key-arn"],
    ["arn:aws:kms:eu-west-1:111122223333:alias/s3-default", "alias-arn"],
    [id, "key-id"],
    [id.toUpperCase(), "key-id"],
    [multi, "key-id"],
    ["alias/s3-default", "alias-name"],
    ["alias/aws/s3", "alias-name"],
    ["alias/", "malformed"],
    ["xalias/y", "malformed"],
    ["alias/a b", "malformed"],
    ["s3-default", "malformed"],
    [`${id}0`, "malformed"],
    [`0${id}`, "malformed"],
    [`x${multi}`, "malformed"],
    [`${multi}0`, "malformed"],
    ["mrk-1234", "malformed"],
    ["arn:aws:kms:eu-west-1:111122223333:key/", "malformed"],
  ])("%j is %s", (text, spelling) => {
    expect(classifyKey(text)).toBe(spelling);
  });

  test.each([
    [id, true],
    [multi, true],
    [id.replace("-", ""), false],
    ["alias-name", false],
  ])("%j is a key id: %j", (text, expected) => {
    expect(isKeyId(text)).toBe(expected);
  });
});
