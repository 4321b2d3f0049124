import { describeKey } from "#aws/kms/describe-key";
import type { Fact } from "#core/fact";
import { parseKmsArn } from "#core/key/arn";
import type { KeyFacts } from "#core/key/key";
import { expandKey } from "#core/key/template";
import { partitionOf } from "#core/names";
import { safe } from "#core/safe";
import { type Answer, finding, ok, unread } from "./answer.ts";
import type { Check } from "./check.ts";

/** Can S3 use the keys that the policy names, in this account and Region? */
export const keysCheck: Check = {
  name: "keys",
  look: async ({ session, policy, home }) => {
    const place = { partition: partitionOf(home.region), ...home };
    const { keys: named } = await policy();
    return Promise.all(
      Object.entries(named).map(async ([name, template]) => {
        const arn = expandKey(template, place);
        return judgeKey(name, arn, home.region, await describeKey(session.kms(home.region), arn));
      }),
    );
  },
};

/**
 * The answer about one key. Pure.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export function judgeKey(name: string, arn: string, region: string, seen: Fact<KeyFacts | null>): Answer {
  const what = `key ${safe(name)} (${safe(arn)})`;
  if (parseKmsArn(arn)?.region !== region) return ok(`${what} is for another Region`);
  if (!seen.known) return unread(seen, what, "kms:DescribeKey");
  const key = seen.value;
  if (key === null) {
    return finding(
      `${what} does not exist: no bucket gets it`,
      "create it, or correct its name under keys: in the policy",
    );
  }
  if (key.state !== "Enabled") {
    return finding(
      `${what} is in state ${safe(key.state)}: uploads under it fail`,
      "enable it again, or cancel its deletion, or declare another key",
    );
  }
  if (key.spec !== "SYMMETRIC_DEFAULT" || key.usage !== "ENCRYPT_DECRYPT") {
    return finding(`${what} is no symmetric encryption key: S3 cannot use it`, "declare a symmetric encryption key");
  }
  return ok(`${what} can be used`);
}
