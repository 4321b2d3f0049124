import { awsManaged, keyArnOf, parseKmsArn } from "./key-template.ts";
import type { ObjectTrigger } from "./object-types.ts";
import type { Policy } from "./policy.ts";
import type { BucketRef, Fact, KeyFacts } from "./types.ts";

/** The sign of somebody re-keying objects: a key that the policy names nowhere, or one that only the writer holds. */
export interface Rekeying {
  readonly kind: "foreign-key" | "customer-key";
  /** The key as the event names it; `null` with SSE-C. */
  readonly key: string | null;
}

/**
 * Tells from a data event alone, without a call, whether it encrypted with a key outside the declared ones or with SSE-C. A key that is
 * spelled in a way that cannot be compared is not called foreign: the look at the object tells then.
 *
 * @param declared - what `declaredKeys` found; `null`: not all could be resolved, so only another account's key is certainly foreign
 */
export function rekeying(
  trigger: ObjectTrigger,
  ref: BucketRef,
  declared: ReadonlySet<string> | null,
): Rekeying | null {
  const { applied } = trigger;
  if (applied === null) return null;
  if (applied.sse === "SSE_C") return { kind: "customer-key", key: null };
  const key = applied.key === null ? null : parseKmsArn(applied.key);
  if (applied.key === null || key === null || key.kind !== "key") return null;
  if (declared === null) return key.account === ref.account ? null : { kind: "foreign-key", key: applied.key };
  return declared.has(applied.key) ? null : { kind: "foreign-key", key: applied.key };
}

/**
 * Every key ARN that the policy names for a bucket, aliases resolved; `null` where one could not be looked at. The AWS managed key counts
 * only where a rule declares it.
 */
export async function declaredKeys(
  policy: Policy,
  ref: BucketRef,
  look: (arn: string) => Promise<Fact<KeyFacts | null>>,
): Promise<ReadonlySet<string> | null> {
  const isManagedUsed = policy.rules.some((rule) => rule.encryption.key === awsManaged);
  const names = [...Object.keys(policy.keys), ...(isManagedUsed ? [awsManaged] : [])];
  const found = new Set<string>();
  for (const arn of names.map((name) => keyArnOf(policy, name, ref))) {
    if (parseKmsArn(arn)?.kind === "key") {
      found.add(arn);
      continue;
    }
    const key = await look(arn);
    if (!key.known) return null;
    if (key.value !== null) found.add(key.value.arn);
  }
  return found;
}
