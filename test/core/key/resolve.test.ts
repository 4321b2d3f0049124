import { expect, test } from "vitest";
import { resolveKey } from "#core/key/resolve";
import { lookup } from "../../support/core/lookup.ts";
import { aliasArn, keyArn, ref } from "../../support/core/world.ts";

const elsewhere = { account: "999999999999" };

test("an alias is resolved in any account, but only in the bucket's own Region and partition", () => {
  const at = lookup({ [aliasArn("a")]: keyArn(1) });
  expect(resolveKey(keyArn(9, elsewhere), ref, at)).toEqual({ kind: "arn", arn: keyArn(9, elsewhere) });
  expect(resolveKey(aliasArn("a"), ref, at)).toEqual({ kind: "arn", arn: keyArn(1) });
  expect(resolveKey(aliasArn("a", { region: "us-east-1" }), ref, at)).toEqual({ kind: "missing" });
  expect(resolveKey(aliasArn("a", { partition: "aws-cn" }), ref, at)).toEqual({ kind: "missing" });
  expect(resolveKey("nonsense", ref, at)).toEqual({ kind: "missing" });
  expect(at.needs()).toEqual([]);
  expect(resolveKey(aliasArn("b"), ref, at)).toEqual({ kind: "pending" });
  expect(resolveKey(aliasArn("a", elsewhere), ref, at)).toEqual({ kind: "pending" });
  expect(at.needs()).toEqual([
    { fact: "key", arn: aliasArn("b") },
    { fact: "key", arn: aliasArn("a", elsewhere) },
  ]);
});
