import { describe, expect, test } from "vitest";
import { absoluteKey, classifyKey, isKeyId, isRelative } from "#core/key/spelling";
import { aliasArn, keyArn, keyId, ref } from "../../support/core/world.ts";

const id = "1234abcd-12ab-34cd-56ef-1234567890ab";
const multi = "mrk-1234abcd12ab34cd56ef1234567890ab";

const elsewhere = { account: "999999999999" };

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
    [`alias/${"a".repeat(250)}`, "alias-name"],
    [`alias/${"a".repeat(251)}`, "malformed"],
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

describe("a spelling", () => {
  test.each<[string | undefined, boolean, string]>([
    [keyId(1), true, keyArn(1)],
    ["alias/a", true, aliasArn("a")],
    [undefined, true, aliasArn("aws/s3")],
    ["", true, aliasArn("aws/s3")],
    [keyArn(1), false, keyArn(1)],
    [aliasArn("a", elsewhere), false, aliasArn("a", elsewhere)],
    ["nonsense", false, "nonsense"],
  ])("%s is relative: %s, and means %s in the bucket's place", (spelling, relative, absolute) => {
    expect(isRelative(spelling)).toBe(relative);
    expect(absoluteKey(spelling, ref)).toBe(absolute);
  });
});
