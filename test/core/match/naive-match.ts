import type { Facts } from "#core/decide/facts";
import type { Match, Policy } from "#core/policy/policy";

type MatchFacts = Pick<Facts, "ref" | "now" | "tags" | "ous" | "accountTags">;

/** true, false, or the missing facts. */
type Answer = boolean | { needs: Set<string>; lacks: Set<string> };

/**
 * The matcher as docs/policy.md describes it: a linear scan with regular expressions, no index, no
 * compilation.
 */
export function naiveMatch(policy: Policy, facts: MatchFacts): object {
  for (const rule of policy.rules) {
    const answer = answerMatch(rule.match, facts);
    if (answer === false) continue;
    if (answer !== true) return doubt(rule.id, answer, facts);
    let doubted: object | null = null;
    for (const exemption of policy.exemptions) {
      if (new Date(facts.now).toISOString().slice(0, 10) >= exemption.until) continue;
      const exempt = answerMatch(exemption.match, facts);
      if (exempt === true) return { kind: "rule", rule, exemption };
      if (exempt !== false) doubted ??= doubt(exemption.id, exempt, facts);
    }
    return doubted ?? { kind: "rule", rule, exemption: null };
  }
  return { kind: "none" };
}

function answerMatch(match: Match, facts: MatchFacts): Answer {
  const except = match.except === undefined ? false : answerAll(match.except, facts);
  return all([answerAll(match, facts), typeof except === "boolean" ? !except : except]);
}

function answerAll(match: Omit<Match, "except">, facts: MatchFacts): Answer {
  const one = (globs: readonly string[] | undefined, text: string) =>
    globs === undefined || globs.some((glob) => regex(glob).test(text));
  return all([
    one(match.buckets, facts.ref.bucket),
    one(match.accounts, facts.ref.account),
    one(match.regions, facts.ref.region),
    match.ous === undefined
      ? true
      : fact("ous", facts.ous, (chain: readonly string[]) => match.ous?.some((id) => chain.includes(id)) === true),
    ...(["accountTags", "tags"] as const).map((field) =>
      match[field] === undefined
        ? true
        : fact(field, facts[field], (found: Readonly<Record<string, string>>) =>
            Object.entries(match[field] ?? {}).every(
              ([name, values]) => Object.hasOwn(found, name) && one([values].flat(), found[name] as string),
            ),
          ),
    ),
  ]);
}

function fact<T>(
  name: string,
  given: { known: true; value: T } | { known: false } | undefined,
  tell: (value: T) => boolean,
): Answer {
  if (given === undefined) return { needs: new Set([name]), lacks: new Set() };
  return given.known ? tell(given.value) : { needs: new Set(), lacks: new Set([name]) };
}

function all(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  const open = answers.filter((answer) => typeof answer !== "boolean");
  if (open.length === 0) return true;
  return {
    needs: new Set(open.flatMap(({ needs }) => [...needs])),
    lacks: new Set(open.flatMap(({ lacks }) => [...lacks])),
  };
}

function doubt(id: string, answer: Exclude<Answer, boolean>, facts: MatchFacts): object {
  for (const name of ["ous", "accountTags", "tags"])
    if (answer.needs.has(name)) return { kind: "needs", needs: [{ fact: name }] };
  const name = (["tags", "accountTags", "ous"] as const).find((one) => answer.lacks.has(one)) ?? "ous";
  const read = facts[name];
  return { kind: "unknown", rule: id, fact: name, error: read?.known === false ? read.error : null };
}

function regex(glob: string): RegExp {
  const source = glob.replace(/[^*?]/g, "\\$&").replace(/\\([a-z0-9])/gi, "$1");
  return new RegExp(`^${source.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`);
}
