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
 * spelled in a way that cannot be compared is not called foreign: the look at the object tells then. A bucket's own default is nobody's choice
 * at that moment; where it is wrong, the bucket is repaired.
 *
 * @param declared - what `declaredKeys` found; `null`: not all could be resolved, so only another account's key is certainly foreign
 */
export function rekeying(
  trigger: ObjectTrigger,
  ref: BucketRef,
  declared: ReadonlySet<string> | null,
): Rekeying | null {
  const { applied } = trigger;
  if (applied === null || applied.sse?.startsWith("Default_") === true) return null;
  if (applied.sse === "SSE_C") return { kind: "customer-key", key: null };
  const key = parseKmsArn(applied.key ?? "");
  if (applied.key === null || key?.kind !== "key") return null;
  if (declared === null) return key.account === ref.account ? null : { kind: "foreign-key", key: applied.key };
  return declared.has(applied.key) ? null : { kind: "foreign-key", key: applied.key };
}

/**
 * Every key ARN that the policy names for a bucket, aliases resolved, and S3's AWS managed key, which everybody in the account can read by and
 * nobody can withhold: to have used it is a violation, not an attack. `null` where one that the policy names could not be looked at.
 */
export async function declaredKeys(
  policy: Policy,
  ref: BucketRef,
  look: (arn: string) => Promise<Fact<KeyFacts | null>>,
): Promise<ReadonlySet<string> | null> {
  const managed = keyArnOf(policy, awsManaged, ref);
  const found = new Set<string>();
  for (const arn of [...Object.keys(policy.keys).map((name) => keyArnOf(policy, name, ref)), managed]) {
    const key = parseKmsArn(arn)?.kind === "key" ? arn : await resolved(arn, look);
    if (key === undefined && arn !== managed) return null;
    if (typeof key === "string") found.add(key);
  }
  return found;
}

// --- internal ---

/** What an alias names; `null`: nothing, `undefined`: it could not be looked at. */
async function resolved(
  alias: string,
  look: (arn: string) => Promise<Fact<KeyFacts | null>>,
): Promise<string | null | undefined> {
  const key = await look(alias);
  return key.known ? (key.value?.arn ?? null) : undefined;
}
