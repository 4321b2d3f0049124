import { expect, test } from "vitest";
import { missingKey } from "#core/key/declared";
import { aliasArn, keyArn, ref } from "../../support/core/world.ts";

test.each([
  [keyArn(1), "key-missing"],
  [aliasArn("s3-default"), "key-missing"],
  [aliasArn("s3-default", { account: "999999999999" }), "key-missing"],
  ["nonsense", "key-missing"],
  [keyArn(1, { region: "us-east-1" }), "key-other-region"],
  [aliasArn("s3-default", { region: "us-east-1" }), "key-other-region"],
])("%s is %s", (declared, code) => {
  expect(missingKey(declared, ref).code).toBe(code);
});
