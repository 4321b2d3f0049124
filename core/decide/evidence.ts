import { type KeyMatch, matchKey } from "#core/decide/compare/key";
import type { Algorithm, BucketEncryption } from "#core/encryption";
import { strengthOf, usesKey } from "#core/encryption";
import type { FactError } from "#core/fact";
import { type DeclaredKey, declaredKey } from "#core/key/declared";
import { type KeyAnswer, type KeyNeed, lookUp } from "#core/key/lookup";
import { type MovedAlias, namedKey } from "#core/key/named";
import { awsManaged, keyArnOf } from "#core/key/template";
import type { Policy, Rule } from "#core/policy/policy";
import { safe } from "#core/safe";
import type { Needs } from "./ask.ts";
import type { Facts } from "./facts.ts";

/** A bucket's encryption under an algorithm that Bucketseal knows. */
export type Observed = BucketEncryption & { readonly algorithm: Algorithm };

/** The facts about keys that judging a bucket requires. */
export type KeyEvidence =
  | {
      readonly kind: "known";
      /** The ARN of the declared key; `null`: the rule declares none. */
      readonly key: string | null;
      readonly match: "same" | "differs" | "relative" | "unread";
      /**
       * Whether the policy names the observed key; also true if this did not matter, `null` if it
       * could not be read.
       */
      readonly isNamed: boolean | null;
      /** What could not be read, and why; `null`: nothing. */
      readonly unread: string | null;
      readonly moved: readonly MovedAlias[];
    }
  /** The declared key does not exist, or could not be read. */
  | Extract<KeyAnswer, { kind: "missing" | "unreadable" }>
  | Needs<KeyNeed>;

/**
 * Looks up the keys that the result depends on: the declared one with its pin, the observed one if
 * its spelling is ambiguous, and every key of the policy if the observed algorithm is stronger and
 * the rule does not weaken.
 *
 * @param spelled - the declared key as the policy names it for this bucket; `null`: the rule
 *   declares none
 */
export function keyEvidence(
  policy: Policy,
  rule: Rule,
  facts: Facts,
  observed: Observed,
  spelled: string | null,
): KeyEvidence {
  const lookup = lookUp(facts);
  const declared: DeclaredKey | null = spelled === null ? null : declaredKey(spelled, lookup);
  if (declared?.kind === "missing" || declared?.kind === "unreadable") return declared;

  const key = declared !== null && "arn" in declared ? declared.arn : null;
  const match: KeyMatch =
    spelled === null || !usesKey(observed.algorithm)
      ? { kind: "same" }
      : matchKey(observed.key, { spelled, arn: key, keyForm: rule.encryption.keyForm }, facts.ref, lookup);
  const naming = isStronger(rule, observed) ? namedKey(observed.key, keysOf(policy, facts), facts.ref, lookup) : NAMED;
  if (declared?.kind === "pending" || match.kind === "pending" || naming.kind === "pending") {
    return { kind: "needs", needs: lookup.needs() };
  }
  const unread = [match, naming].find((each) => each.kind === "unreadable");
  return {
    kind: "known",
    key,
    match: match.kind === "unreadable" ? "unread" : match.kind,
    isNamed: naming.kind === "unreadable" ? null : naming.kind !== "unnamed",
    unread: unread?.kind === "unreadable" ? unreadText(unread) : null,
    moved: movedOf(spelled, declared, naming),
  };
}

/** What could not be read, and why. */
export function unreadText({ what, error }: { readonly what: string; readonly error: FactError }): string {
  return `${safe(what)} could not be read: ${safe(error.name)}`;
}

// --- internal ---

const NAMED = { kind: "named" } as const;

/** A rule that weakens writes what it declares, whatever the observed key, so no key is read. */
function isStronger({ encryption: { algorithm }, stronger }: Rule, observed: Observed): boolean {
  return algorithm !== undefined && stronger !== "weaken" && strengthOf(observed.algorithm) > strengthOf(algorithm);
}

/**
 * Every key that the policy names, expanded for the bucket; the AWS managed one only if a rule
 * declares it.
 */
function keysOf(policy: Policy, facts: Facts): readonly string[] {
  const names = Object.keys(policy.keys);
  const isManagedUsed = policy.rules.some((rule) => rule.encryption.key === awsManaged);
  return (isManagedUsed ? [...names, awsManaged] : names).map((name) => keyArnOf(policy, name, facts.ref));
}

function movedOf(
  spelled: string | null,
  declared: DeclaredKey | null,
  naming: { readonly kind: string } | MovedAlias,
): MovedAlias[] {
  const own: MovedAlias[] =
    spelled !== null && declared?.kind === "moved"
      ? [{ kind: "moved", alias: spelled, from: declared.from, to: declared.arn }]
      : [];
  return "alias" in naming && naming.alias !== spelled ? [...own, naming] : own;
}
