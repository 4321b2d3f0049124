import { expect, test } from "vitest";
import { keyId } from "#aws/s3/key-id";
import { classifyKey } from "#core/key/spelling";

test("the name of a key is as S3 stores it", () => {
  const longestAlias = `arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/${"a".repeat(250)}`;
  for (const name of ["", "alias/s3-default", longestAlias, "x".repeat(512)]) expect(keyId(name)).toBe(name);
});

test("a longer text is cut, names no key, and is never taken for another", () => {
  const alias = `arn:aws:kms:eu-west-1:111122223333:alias/${"a".repeat(8_000)}`;
  const [one, other] = [keyId(`${alias}1`), keyId(`${alias}2`)];
  expect(one).toMatch(/^arn:aws:kms:eu-west-1:111122223333:alias\/a+… \(8042 characters, SHA-256 [0-9a-f]{64}\)$/);
  expect(one.length).toBeLessThan(512);
  expect(one).not.toBe(other);
  expect(classifyKey(one)).toBe("malformed");
  expect(keyId(`${alias}1`)).toBe(one);
});
