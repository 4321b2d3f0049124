import type { Conditions, Match } from "#core/policy/policy";
import type { CompiledPolicy } from "./compile.ts";
import type { CompiledConditions, CompiledMatch } from "./conditions.ts";
import { type MatchFacts, no, yes } from "./holds.ts";
import { matchBucket } from "./match.ts";
import { explainSteps, type Step } from "./steps.ts";

/** Why one rule or exemption did or did not match. */
export interface Explanation {
  readonly kind: "rule" | "exemption";
  readonly id: string;
  /**
   * `applies`: it decides. `matches`: it would, but another came first (an exemption: no rule
   * matched). `unknown`: a fact it needs is unreadable or was not read. `expired`: an exemption
   * that has ended, whatever it matches.
   */
  readonly state: "applies" | "matches" | "no-match" | "unknown" | "expired";
  /**
   * The first condition that failed or could not be determined, such as `buckets`, `tags.env`,
   * `except` or `except.ous`.
   */
  readonly field: string | null;
  readonly declared: string | null;
  readonly actual: string | null;
  /** One sentence without a full stop. Names are quoted, but not escaped for display. */
  readonly text: string;
}

/**
 * Explains every rule, then every exemption, in document order. It requests nothing: absent facts
 * are reported as missing.
 */
export function explainBucket(compiled: CompiledPolicy, facts: MatchFacts): Explanation[] {
  const { rules, exemptions } = compiled.policy;
  const result = matchBucket(compiled, facts);
  const chosen = result.kind === "rule" ? result.rule.id : null;
  const exempt = result.kind === "rule" ? (result.exemption?.id ?? null) : null;
  const first =
    chosen === null ? "an earlier rule could not be determined" : `rule ${JSON.stringify(chosen)} comes first`;
  const second = exempt === null ? "no rule is known to match" : `exemption ${JSON.stringify(exempt)} comes first`;
  return [
    ...rules.map(({ id, match }, at) => explain("rule", id, match, compiled.rules[at], facts, id === chosen, first)),
    ...exemptions.map(({ id, match, until }, at): Explanation => {
      if (facts.now < (compiled.until[at] as number)) {
        return explain("exemption", id, match, compiled.exemptions[at], facts, id === exempt, second);
      }
      const actual = new Date(facts.now).toISOString();
      const text = `expired at the start of ${until} (UTC)`;
      return { kind: "exemption", id, state: "expired", field: "until", declared: until, actual, text };
    }),
  ];
}

// --- internal ---

function explain(
  kind: Explanation["kind"],
  id: string,
  given: Match,
  compiled: CompiledMatch | undefined,
  facts: MatchFacts,
  applies: boolean,
  otherwise: string,
): Explanation {
  const step = decisive(given, compiled as CompiledMatch, facts);
  if (step !== null) {
    const { field, declared, actual, text } = step;
    return { kind, id, state: step.holds === no ? "no-match" : "unknown", field, declared, actual, text };
  }
  const text = applies ? "the first match" : `matches, but ${otherwise}`;
  return { kind, id, state: applies ? "applies" : "matches", field: null, declared: null, actual: null, text };
}

/** The step that prevents a sure match: a failed one before an undetermined one. */
function decisive(given: Match, compiled: CompiledMatch, facts: MatchFacts): Step | null {
  const steps = explainSteps(given, compiled, facts);
  const fails = steps.find(({ holds }) => holds === no);
  if (fails !== undefined) return fails;
  const excepted =
    given.except === undefined ? null : exceptStep(given.except, compiled.except as CompiledConditions, facts);
  if (excepted?.holds === no) return excepted;
  return steps.find(({ holds }) => holds !== yes) ?? excepted;
}

/** `except` as one step; `null` if it does not hold. */
function exceptStep(given: Conditions, compiled: CompiledConditions, facts: MatchFacts): Step | null {
  const steps = explainSteps(given, compiled, facts);
  if (steps.some(({ holds }) => holds === no)) return null;
  const open = steps.find(({ holds }) => holds !== yes);
  if (open !== undefined) return { ...open, field: `except.${open.field}`, text: `except.${open.text}` };
  const declared = steps.map((step) => `${step.field}: ${step.declared}`).join("; ");
  const actual = steps.map((step) => `${step.field}: ${step.actual}`).join("; ");
  const by = steps.map((step) => `except.${step.field} ${step.declared}`).join(" and ");
  return { field: "except", holds: no, declared, actual, text: `excluded by ${by}` };
}
