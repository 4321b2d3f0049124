import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { parseKmsArn } from "./arn.ts";
import type { KeyFacts } from "./key.ts";
import { awsManaged, keyArnOf } from "./template.ts";

/** The keys that the policy names for a bucket, as far as they are readable. */
export interface DeclaredKeys {
  readonly arns: ReadonlySet<string>;
  /** Accounts of unreadable aliases: any key of theirs may be a declared one. */
  readonly unread: ReadonlySet<string>;
}

/**
 * The ARNs of the keys and aliases that the policy names for a bucket; the AWS managed key of S3
 * comes last.
 */
export function policyKeyArns(policy: { readonly keys: Readonly<Record<string, string>> }, ref: BucketRef): string[] {
  return [...Object.keys(policy.keys), awsManaged].map((name) => keyArnOf(policy, name, ref));
}

/**
 * Every key ARN that the policy names for a bucket, with aliases resolved, plus S3's AWS managed
 * key. Everyone in the account can use that one and no one can withhold it: encrypting with it is a
 * violation, not an attack.
 */
export async function declaredKeys(
  policy: { readonly keys: Readonly<Record<string, string>> },
  ref: BucketRef,
  look: (arn: string) => Promise<Fact<KeyFacts | null>>,
): Promise<DeclaredKeys> {
  const managed = keyArnOf(policy, awsManaged, ref);
  const [arns, unread] = [new Set<string>(), new Set<string>()];
  for (const arn of policyKeyArns(policy, ref)) {
    const named = parseKmsArn(arn);
    const key = named?.kind === "key" ? arn : await resolved(arn, look);
    if (typeof key === "string") arns.add(key);
    if (key === undefined && arn !== managed) unread.add(`${named?.account}`);
  }
  return { arns, unread };
}

// --- internal ---

/** The key an alias names; `null`: none, `undefined`: it could not be read. */
async function resolved(
  alias: string,
  look: (arn: string) => Promise<Fact<KeyFacts | null>>,
): Promise<string | null | undefined> {
  const key = await look(alias);
  return key.known ? (key.value?.arn ?? null) : undefined;
}
