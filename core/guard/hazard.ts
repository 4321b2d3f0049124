import type { Needs } from "#core/decide/ask";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectPlan } from "#core/decide/object/plan";
import type { Plan } from "#core/decide/plan";
import type { BucketEncryption } from "#core/encryption";
import type { FactError } from "#core/fact";
import type { Reason, ReasonCode } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { GuardFacts, GuardNeed } from "./facts.ts";

/** A hazard: something that makes a write harmful although the rule declares it. */
export interface Hazard {
  /** Its name in a rule's `accept`. */
  readonly name: string;
  /** What the write is about: a bucket's default encryption, or an object. */
  readonly about: readonly ("bucket" | "object")[];
  /**
   * Whether a rule may accept it. Never if it would lose data or make uploads fail: no one wants
   * that.
   */
  readonly isAcceptable: boolean;
  /**
   * The names, as globs, of the buckets that it is about: a rule accepts it only for buckets that
   * it names without a wildcard. Absent: a name does not tell.
   */
  readonly names?: readonly string[];
  /** Its section of docs/hazards.md. */
  readonly texts: HazardTexts;
  /** Pure, total and lazy, like `decide`: it requests a fact only if its result depends on it. */
  readonly check: (plan: GuardedPlan, facts: GuardFacts) => HazardAnswer;
}

/** What people read about a hazard: sentences in Markdown. */
export interface HazardTexts {
  /** What would stop working if the write were made. */
  readonly breaks: string;
  /** The facts that show it, with the calls that read them, and what cannot be seen. */
  readonly seen: string;
  /** How to make it go away, so that the write is made. */
  readonly fix: string;
  /** When a rule may well accept it; only if it can be accepted. */
  readonly accept?: string;
}

/** The part of a bucket's or an object's plan that hazards use. */
export interface GuardedPlan extends Pick<Plan, "rule" | "accept" | "namesBucket" | "declaredKey"> {
  readonly action: Plan["action"] | ObjectPlan["action"];
  readonly before: GuardedEncryption | null;
  readonly after: GuardedEncryption | null;
  /** The object that the plan was made for. */
  readonly seen?: ObjectFacts | null;
}

/** The encryption of a bucket or an object, as far as hazards depend on it. */
type GuardedEncryption = Partial<Pick<BucketEncryption, "algorithm" | "key" | "bucketKey" | "sseC">>;

/**
 * The result of a hazard's check. `unknown` (an unreadable fact) stops a write just as `hazard`
 * does.
 */
export type HazardAnswer =
  | Needs<GuardNeed>
  | { readonly kind: "clear" }
  | { readonly kind: "hazard" | "unknown"; readonly reason: Reason };

export const clear: HazardAnswer = { kind: "clear" };

export function needs(...facts: readonly GuardNeed[]): HazardAnswer {
  return { kind: "needs", needs: facts };
}

export function hazard(code: ReasonCode, text: string): HazardAnswer {
  return { kind: "hazard", reason: { code, text } };
}

/**
 * A fact that could not be read, with the permission that it takes.
 * @param what - ends "whether …"
 */
export function unreadFact(what: string, { name }: FactError, permission: string): HazardAnswer {
  return unknown("hazard-unread", `whether ${what} could not be read: ${safe(name)}; it takes ${permission}`);
}

export function unknown(code: ReasonCode, text: string): HazardAnswer {
  return { kind: "unknown", reason: { code, text } };
}
