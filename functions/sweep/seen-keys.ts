import { describeKey } from "#aws/kms/describe-key";
import { keyRecords } from "#aws/ledger/key-risks";
import { readPin } from "#aws/ledger/pins";
import { isSameRegion, parseKmsArn } from "#core/key/arn";
import { policyKeyArns } from "#core/key/policy-keys";
import type { KeyLook } from "#core/key-risk/health";
import { type KeySubject, subjectsOf } from "#core/key-risk/subjects";
import { partitionOf } from "#core/names";
import type { Policy } from "#core/policy/policy";
import { RetryableError } from "#core/retryable";
import type { SweepShared } from "./shared.ts";

/** A key or an alias that was looked at. */
export interface SeenKey extends KeySubject {
  /** Whether the policy names it. */
  readonly isDeclared: boolean;
}

/**
 * Looks at the keys that the policy names in this Region, and at others that are asked for: what an
 * alias of the policy names is not known before.
 * @param arns - `null`: all that the policy names, and those that are known to be at risk
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function seenKeys(
  shared: SweepShared,
  policy: Policy,
  arns: readonly string[] | null,
): Promise<SeenKey[]> {
  const { ledger, scope, of } = shared;
  const place = { partition: partitionOf(scope.region), ...scope };
  const isHere = (arn: string) => {
    const parts = parseKmsArn(arn);
    // What a thousand accounts share is told where it is, not by each of them.
    const isOthers = of.account !== undefined && parts?.account !== of.account;
    return parts !== null && !isOthers && isSameRegion(parts, place);
  };
  // The last one is S3's own key, which nobody can take away.
  const spelled = policyKeyArns(policy, { ...place, bucket: "" }).slice(0, -1);
  const declared = new Set(spelled.filter(isHere));
  const asked = arns ?? (await keyRecords(ledger, scope)).filter(({ kind }) => kind !== "usable").map(({ arn }) => arn);
  const others = asked.filter((arn) => isHere(arn) && parseKmsArn(arn)?.kind === "key");
  const looks: KeyLook[] = [];
  for (const arn of new Set([...declared, ...others])) looks.push(await lookAt(shared, arn));
  return subjectsOf(looks)
    .filter(({ look }) => arns === null || arns.includes(look.arn))
    .map((subject) => ({ ...subject, isDeclared: [...subject.names].some((name) => declared.has(name)) }));
}

// --- internal ---

async function lookAt({ clients, ledger, scope }: SweepShared, arn: string): Promise<KeyLook> {
  const key = await describeKey(clients.kms, arn);
  if (parseKmsArn(arn)?.kind !== "alias") return { arn, key, pin: null };
  const pin = await readPin(ledger, scope, arn);
  if (!pin.known) throw new RetryableError(`the pin of ${arn} could not be read: ${pin.error.name}`);
  return { arn, key, pin: pin.value?.keyArn ?? null };
}
