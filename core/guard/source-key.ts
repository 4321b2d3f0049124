import type { ObjectPlan } from "#core/decide/object/plan";
import type { BucketReader } from "#core/decide/reader";
import { parseKmsArn } from "#core/key/arn";
import { declaredKeys } from "#core/key/policy-keys";
import type { BucketRef } from "#core/names";
import type { Policy } from "#core/policy/policy";
import type { Reason, ReasonCode } from "#core/reason/reason";
import { safe } from "#core/safe";

/**
 * What speaks against re-encrypting an object because of the key it is under now: what cannot be decrypted cannot be re-encrypted, and
 * nobody else will read it either. A key of another account that the policy does not name is held whatever KMS says of it: how the object came
 * under it is a person's question. `null`: nothing speaks against it; S3's AWS managed key is as good as any.
 */
export async function sourceKeyHazard(
  reader: Pick<BucketReader, "key">,
  policy: Policy,
  ref: BucketRef,
  { before, after }: ObjectPlan,
): Promise<Reason | null> {
  const source = before?.key;
  if (source === undefined || source === after?.key) return null;
  const account = parseKmsArn(source)?.account;
  if (account !== ref.account) {
    const named = await declaredKeys(policy, ref, (arn) => reader.key(ref, arn, false));
    const foreign = `belongs to ${account === undefined ? "nobody that can be told" : `account ${account}`}`;
    if (!named.arns.has(source)) return about(source, "unusable", foreign);
  }
  const key = await reader.key(ref, source, false);
  if (!key.known) return about(source, "unknown", `could not be looked at (${safe(key.error.name)})`);
  if (key.value === null) return about(source, "unusable", "does not exist");
  return key.value.state === "Enabled" ? null : about(source, "unusable", `is in state ${safe(key.value.state)}`);
}

// --- internal ---

const CODES = {
  unusable: "source-key-unusable",
  unknown: "source-key-unknown",
} as const satisfies Record<string, ReasonCode>;

function about(key: string, verdict: keyof typeof CODES, why: string): Reason {
  return { code: CODES[verdict], text: `the object's own key ${safe(key)} ${why}, so the object is not re-encrypted` };
}
