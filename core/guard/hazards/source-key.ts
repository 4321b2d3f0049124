import type { GuardFacts } from "#core/guard/facts";
import { clear, type Hazard, type HazardAnswer, hazard, needs, unknown } from "#core/guard/hazard";
import { parseKmsArn } from "#core/key/arn";
import { type KeyAnswer, lookUp } from "#core/key/lookup";
import { policyKeyArns } from "#core/key/policy-keys";
import { safe } from "#core/safe";

/**
 * The object's current key cannot be used: what cannot be decrypted cannot be re-encrypted, and no
 * one else can read it either. A key of another account that the policy does not name is held
 * whatever KMS says: a person must find out how the object got encrypted under it. S3's AWS managed
 * key is fine.
 */
export const sourceKey: Hazard = {
  name: "source-key",
  about: ["object"],
  isAcceptable: false,
  texts: {
    breaks:
      "What cannot be decrypted cannot be re-encrypted. A key of another account that the policy does not name raises the question how the object got under it.",
    seen: "`DescribeKey` of the key that the object is under.",
    fix: "Enable that key again or cancel its deletion; name a key of another account under `keys` if it is to be trusted.",
  },
  check: ({ before, after }, facts) => {
    const source = before?.key;
    if (source === undefined || source === after?.key) return clear;
    const account = parseKmsArn(source)?.account;
    const foreign = account === facts.ref.account ? clear : foreignKey(source, account, facts);
    if (foreign.kind !== "clear") return foreign;
    const key = facts.keys.get(source);
    if (key === undefined) return needs({ fact: "key", arn: source });
    if (!key.known) {
      return unknown("source-key-unknown", said(source, `could not be read (${safe(key.error.name)})`));
    }
    if (key.value === null) return unusable(source, "does not exist");
    return key.value.state === "Enabled" ? clear : unusable(source, `is in state ${safe(key.value.state)}`);
  },
};

// --- internal ---

/** A key of another account: clear if the policy names it by ARN or alias. */
function foreignKey(source: string, account: string | undefined, facts: GuardFacts): HazardAnswer {
  const look = lookUp({ keys: facts.keys, pins: new Map() });
  const arns = policyKeyArns({ keys: facts.policyKeys }, facts.ref);
  const named = arns.map((arn): KeyAnswer => (isKey(arn) ? { kind: "arn", arn } : look.key(arn)));
  if (named.some((key) => key.kind === "arn" && key.arn === source)) return clear;
  const pending = arns.filter((_, at) => named[at]?.kind === "pending");
  if (pending.length > 0) return needs(...pending.map((arn) => ({ fact: "key", arn }) as const));
  return unusable(source, `belongs to ${account === undefined ? "an unknown account" : `account ${account}`}`);
}

function isKey(arn: string): boolean {
  return parseKmsArn(arn)?.kind === "key";
}

function unusable(key: string, why: string): HazardAnswer {
  return hazard("source-key-unusable", said(key, why));
}

function said(key: string, why: string): string {
  return `the object's own key ${safe(key)} ${why}, so the object is not re-encrypted`;
}
