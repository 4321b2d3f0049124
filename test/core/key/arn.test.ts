import { describe, expect, test } from "vitest";
import { isSamePlace, keyOwner, parseKmsArn } from "#core/key/arn";
import { ref } from "../../support/core/world.ts";

const id = "1234abcd-12ab-34cd-56ef-1234567890ab";
const multi = "mrk-1234abcd12ab34cd56ef1234567890ab";

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

  test("of an alias has at most 256 characters, with its alias/", () => {
    const alias = (letters: number) => `arn:aws:kms:eu-west-1:111122223333:alias/${"a".repeat(letters)}`;
    expect(parseKmsArn(alias(250))?.id).toHaveLength(250);
    expect(parseKmsArn(alias(251))).toBeNull();
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
  ])("is not %j", (text) => {
    expect(parseKmsArn(text)).toBeNull();
  });
});

test("every KMS ARN has a place: partition, account and Region", () => {
  expect(isSamePlace(ref, { ...ref })).toBe(true);
  expect(isSamePlace(ref, { ...ref, account: "999999999999" })).toBe(false);
  expect(isSamePlace(ref, { ...ref, region: "us-east-1" })).toBe(false);
  expect(isSamePlace(ref, { ...ref, partition: "aws-cn" })).toBe(false);
});

test("a key belongs to the account of its ARN, and a name to the bucket's own", () => {
  expect(keyOwner(ref, "arn:aws:kms:us-east-1:444455556666:alias/central")).toBe("444455556666");
  expect(keyOwner(ref, "alias/s3-default")).toBe(ref.account);
});
