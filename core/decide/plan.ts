import type { Attribute, Finding } from "#core/decide/compare/finding";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { Mode, Verdict } from "#core/outcome";
import type { Acceptance } from "#core/policy/accept";
import type { Reason } from "#core/reason/reason";
import type { Severity } from "#core/reason/severity";
import type { Needs } from "./ask.ts";
import type { Need } from "./facts.ts";

/** The common part of all plans about a bucket. */
export type PlanBase = Pick<
  Plan,
  "rule" | "exemption" | "mode" | "severity" | "accept" | "namesBucket" | "before" | "declaredKey"
>;

/** A plan for a bucket without a rule. */
export const noRule: PlanBase = {
  rule: null,
  exemption: null,
  mode: "observe",
  accept: [],
  namesBucket: false,
  before: null,
  declaredKey: null,
};

/** A plan that does nothing. */
export function nothing(base: PlanBase, verdict: Verdict, ...reasons: readonly Reason[]): Planned {
  return { kind: "plan", plan: { ...base, action: "none", verdict, after: null, differs: [], reasons } };
}

/** A plan that holds a write back. */
export function hold(
  base: PlanBase,
  after: WantedEncryption | null,
  reasons: readonly Reason[],
  differs: readonly Attribute[] = [],
): Planned {
  return { kind: "plan", plan: { ...base, action: "hold", verdict: "violation", after, differs, reasons } };
}

/**
 * The plan that follows from findings. What differs is written beside what is kept, so that a
 * stronger attribute never shields a weaker one; a held one holds them all.
 *
 * @param isWhole - whether what is kept holds all the rest, too
 */
export function planFor(
  base: PlanBase,
  { after, beside }: Wanted,
  findings: readonly Finding[],
  isWhole: boolean,
): Planned {
  const reasons = findings.map((each) => each.reason);
  const differs = findings.filter((each) => each.effect === "differs").map((each) => each.attribute);
  const isAny = (effect: Finding["effect"]) => findings.some((each) => each.effect === effect);
  if (isAny("held") || (isWhole && isAny("kept"))) return hold(base, after, reasons, differs);
  if (isAny("differs")) {
    return { kind: "plan", plan: { ...base, action: "write", verdict: "violation", after: beside, differs, reasons } };
  }
  if (isAny("kept")) return hold(base, after, reasons);
  return nothing(base, isAny("unread") ? "unknown" : "compliant", ...reasons);
}

/** The configurations that follow from a rule. */
export interface Wanted {
  /** As declared. */
  readonly after: WantedEncryption;
  /** As declared, but for what is stronger and waits for a person. */
  readonly beside: WantedEncryption;
}

/** A plan with reasons added; its action is unchanged. */
export function withReasons(plan: Plan, reasons: readonly Reason[]): Plan {
  return { ...plan, reasons: [...plan.reasons, ...reasons] };
}

/** The result of `decide`: a plan, or the facts it needs first. */
export type Decision = Needs<Need> | Planned;

export interface Planned {
  readonly kind: "plan";
  readonly plan: Plan;
}

/** A plan, as data. `hold` carries the `after` that it holds back, if there is one. */
export interface Plan {
  readonly action: "none" | "write" | "hold";
  readonly verdict: Verdict;
  readonly rule: string | null;
  readonly exemption: string | null;
  /** The rule's own mode; `observe` if no rule applies. `reconcile` decides what is really done. */
  readonly mode: Mode;
  /** How severe the rule's alerts are, where nothing about them asks for more. */
  readonly severity?: Severity;
  /** Hazards that the rule accepts, and why. */
  readonly accept: readonly Acceptance[];
  /** Whether the rule names the bucket itself, without a wildcard. */
  readonly namesBucket: boolean;
  readonly before: BucketEncryption | null;
  readonly after: WantedEncryption | null;
  /**
   * The declared key as the policy spells it for this bucket (key ARN or alias ARN), for the guard.
   */
  readonly declaredKey: string | null;
  /** The attributes that a write would fix, for code that acts on them: reasons are for people. */
  readonly differs: readonly Attribute[];
  readonly reasons: readonly Reason[];
}
