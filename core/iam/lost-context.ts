import { canUseKey, type KeyAccess } from "./can-use-key.ts";
import type { Access } from "./decide.ts";
import { isEverybody, type NamedPrincipal, namedCaller } from "./named-principal.ts";
import type { Caller } from "./request.ts";

/** Somebody who may use a key for objects and not for the bucket, or the other way round. */
export interface LostContext {
  /** The statement that lets them, or `a grant`. */
  readonly by: string;
  /** As the policy or grant names them. */
  readonly who: string;
}

/**
 * Somebody who could use a key if the bucket key were set otherwise, and cannot, or not for sure,
 * as it is set; `null`: nobody whom the key's policy or grants name, the account included. Somebody
 * who is named by name or has a grant may well have no other right.
 *
 * @param bucketKey - as it is set
 */
export function lostContext(key: KeyAccess, region: string, bucketArn: string, bucketKey: boolean): LostContext | null {
  const objects = objectArns(key, bucketArn);
  const [set, otherwise] = bucketKey ? [[bucketArn], objects] : [objects, [bucketArn]];
  for (const { who, caller } of named(key)) {
    for (const action of ["kms:GenerateDataKey", "kms:Decrypt"] as const) {
      const use = { caller, action, region, byItself: caller.kind === "principal" };
      const of = (s3Arn: string) => canUseKey(key, { ...use, s3Arn });
      const worst = Math.min(...set.map((s3Arn) => rank(of(s3Arn))));
      const better = otherwise.map(of).find((access) => rank(access) > worst);
      if (better !== undefined) return { by: `${better.by}`, who };
    }
  }
  return null;
}

// --- internal ---

const CONTEXT_KEY = "kms:encryptioncontext:aws:s3:arn";

function rank({ kind }: Access): number {
  return ["unknown", "allow"].indexOf(kind);
}

/** Any object of the bucket, and one for each place that a condition or a constraint names. */
function objectArns({ policy, grants }: KeyAccess, bucketArn: string): readonly string[] {
  const conditions = policy.statements.flatMap((each) => (each.conditions === "unreadable" ? [] : each.conditions));
  const bound = conditions
    .filter((each) => each.key === CONTEXT_KEY)
    .flatMap(({ values }) => values.map(({ pieces }) => pieces.join("x").replaceAll(/[*?]/g, "x")));
  const granted = grants.flatMap(({ constraints }) => [
    ...Object.values(constraints?.equals ?? {}),
    ...Object.values(constraints?.subset ?? {}),
  ]);
  const inside = [...bound, ...granted].filter((arn) => arn.startsWith(`${bucketArn}/`));
  return [...new Set([`${bucketArn}/any-object`, ...inside])];
}

/** The key's account, and everybody whom its policy and grants name. */
function named({ account, policy, grants }: KeyAccess): readonly { readonly who: string; readonly caller: Caller }[] {
  const ofAccount: NamedPrincipal = { kind: "AWS", name: account };
  const listed = policy.statements.flatMap(({ principals }) =>
    principals === null || principals === "unreadable" || principals.isExcept ? [] : principals.named,
  );
  const granted = grants.map(({ grantee: name }) => ({ kind: name.startsWith("arn:") ? "AWS" : "Service", name }));
  return [ofAccount, ...listed, ...granted]
    .filter((each) => !isEverybody(each))
    .map((each) => ({ who: each.name, caller: namedCaller(each) }));
}
