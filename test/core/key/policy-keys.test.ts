import { describe, expect, test } from "vitest";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import { declaredKeys } from "#core/key/policy-keys";
import { aliasArn, denied, keyArn, keyFacts, known, policyOf, ref } from "../../support/core/world.ts";

const own = keyArn(1);
const managed = keyArn(3);
const foreign = keyArn(9, { account: "999999999999" });

describe("the keys that the policy names", () => {
  const { policy } = policyOf({
    keys: { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default", central: foreign },
    rules: [],
  });
  const alias = aliasArn("s3-default");
  const ofS3 = aliasArn("aws/s3");

  async function found(keys: Record<string, Fact<KeyFacts | null>>) {
    const asked: string[] = [];
    const all = await declaredKeys(policy, ref, async (arn) => {
      asked.push(arn);
      return keys[arn] ?? known(null);
    });
    return { all: [...all.arns], unread: [...all.unread], asked };
  }

  test("are key ARNs as they are, aliases as they resolve, and S3's managed key", async () => {
    const keys = { [alias]: known(keyFacts(own)), [ofS3]: known(keyFacts(managed)) };
    expect(await found(keys)).toEqual({ all: [own, foreign, managed], unread: [], asked: [alias, ofS3] });
  });

  test("leave out what does not exist", async () => {
    expect((await found({})).all).toEqual([foreign]);
  });

  test("include the account of a key that could not be read, but omit S3's managed key then", async () => {
    expect(await found({ [alias]: denied })).toMatchObject({ all: [foreign], unread: [ref.account] });
    const keys = { [alias]: known(keyFacts(own)), [ofS3]: denied };
    expect(await found(keys)).toMatchObject({ all: [own, foreign], unread: [] });
  });
});
