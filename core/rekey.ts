import type { ObjectTrigger } from "#core/event/trigger";
import type { Fact } from "./fact.ts";
import { awsManaged, keyArnOf, parseKmsArn } from "./key-template.ts";
import type { BucketRef } from "./names.ts";
import type { Policy } from "./policy.ts";
import type { KeyFacts } from "./types.ts";

/** The sign of somebody re-keying objects: a key that the policy names nowhere, or one that only the writer holds. */
export interface Rekeying {
  readonly kind: "foreign-key" | "customer-key";
  /** The key as the event names it; `null` with SSE-C. */
  readonly key: string | null;
}

/** The keys that the policy names for a bucket, as far as they could be told. */
export interface DeclaredKeys {
  readonly arns: ReadonlySet<string>;
  /** Accounts of aliases that could not be looked at: any key of theirs may be a declared one. */
  readonly unread: ReadonlySet<string>;
}

/**
 * Tells from a data event alone, without a call, whether it encrypted with a key outside the declared ones or with SSE-C. A key that is
 * spelled in a way that cannot be compared is not called foreign: the look at the object tells then. A bucket's own default is nobody's choice
 * at that moment; where it is wrong, the bucket is repaired. The end of a multipart upload does not say whether the default chose the key, so
 * there only another account's is called foreign.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption-tracking.html
 */
export function rekeying(trigger: ObjectTrigger, ref: BucketRef, declared: DeclaredKeys): Rekeying | null {
  const { applied } = trigger;
  if (applied === null || applied.sse?.startsWith("Default_") === true) return null;
  if (applied.sse === "SSE_C") return { kind: "customer-key", key: null };
  const key = parseKmsArn(applied.key ?? "");
  if (applied.key === null || key?.kind !== "key") return null;
  if (declared.arns.has(applied.key) || declared.unread.has(key.account)) return null;
  const mayBeDefault = applied.sse === null && trigger.eventName === "CompleteMultipartUpload";
  return mayBeDefault && key.account === ref.account ? null : { kind: "foreign-key", key: applied.key };
}

/**
 * Every key ARN that the policy names for a bucket, aliases resolved, and S3's AWS managed key, which everybody in the account can read by and
 * nobody can withhold: to have used it is a violation, not an attack.
 */
export async function declaredKeys(
  policy: Policy,
  ref: BucketRef,
  look: (arn: string) => Promise<Fact<KeyFacts | null>>,
): Promise<DeclaredKeys> {
  const managed = keyArnOf(policy, awsManaged, ref);
  const [arns, unread] = [new Set<string>(), new Set<string>()];
  for (const arn of [...Object.keys(policy.keys).map((name) => keyArnOf(policy, name, ref)), managed]) {
    const named = parseKmsArn(arn);
    const key = named?.kind === "key" ? arn : await resolved(arn, look);
    if (typeof key === "string") arns.add(key);
    if (key === undefined && arn !== managed) unread.add(`${named?.account}`);
  }
  return { arns, unread };
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
