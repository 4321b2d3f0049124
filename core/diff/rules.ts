import { matchesMeet } from "#core/match/relations";
import type { Policy, Rule } from "#core/policy/policy";
import { combine, compareByField, compareStrength, type Strength } from "#core/policy/strength";
import type { PolicyChange } from "./change.ts";
import { fieldChanges } from "./fields.ts";
import { handover, type RuleEntry, type Side, sideOf } from "./handover.ts";
import { movedIds } from "./moved.ts";
import { matchWithin } from "./within.ts";

/** Rules added, changed, moved and removed. */
export function diffRules(before: Policy, after: Policy): PolicyChange[] {
  const old = sideOf(before);
  const now = sideOf(after);
  const moved = movedIds([...old.entries.keys()], [...now.entries.keys()]);
  const present = [...now.entries.values()].flatMap((entry) => {
    const was = old.entries.get(entry.rule.id);
    if (was === undefined) return [added(entry, old, now)];
    const changes = fieldChanges(was.rule, entry.rule);
    return [
      ...(changes.length === 0 ? [] : [changed(was, entry, old, now, changes)]),
      ...(moved.has(entry.rule.id) ? [movedRule(was, entry, old, now)] : []),
    ];
  });
  const gone = [...old.entries.values()].filter(({ rule }) => !now.entries.has(rule.id));
  return [...present, ...gone.map((entry) => removed(entry, old, now))];
}

// --- internal ---

/** A bucket's move from one rule to another; `null` is no rule. */
interface Passage {
  readonly from: Rule | null;
  readonly to: Rule | null;
}

function added(entry: RuleEntry, old: Side, now: Side): PolicyChange {
  return change(entry.rule.id, "added", taken(entry, old, now), "");
}

function removed(entry: RuleEntry, old: Side, now: Side): PolicyChange {
  return change(entry.rule.id, "removed", given(entry, old, now), "");
}

function changed(was: RuleEntry, is: RuleEntry, old: Side, now: Side, changes: readonly string[]): PolicyChange {
  const wider = matchWithin(is.rule.match, was.rule.match) ? [] : taken(is, old, now);
  const narrower = matchWithin(was.rule.match, is.rule.match) ? [] : given(was, old, now);
  const made = change(
    is.rule.id,
    "changed",
    [{ from: was.rule, to: is.rule }, ...wider, ...narrower],
    changes.join("; "),
  );
  const [oldKey, newKey] = [was.rule.encryption.key, is.rule.encryption.key];
  const rekeyed = made.effect === "neutral" && oldKey !== newKey;
  return rekeyed ? { ...made, effect: "mixed" } : made;
}

/**
 * Compares a moved rule only with rules that it has passed and that could match the same bucket.
 */
function movedRule(was: RuleEntry, is: RuleEntry, old: Side, now: Side): PolicyChange {
  const passages = [...now.entries.values()].flatMap((other): Passage[] => {
    const before = old.entries.get(other.rule.id);
    if (before === undefined || before.at < was.at === other.at < is.at || !matchesMeet(is.match, other.match))
      return [];
    return is.at < other.at ? [{ from: other.rule, to: is.rule }] : [{ from: is.rule, to: other.rule }];
  });
  const where = `now ${is.at + 1} of ${now.entries.size}, was ${was.at + 1} of ${old.entries.size}`;
  return change(is.rule.id, "moved", passages, where);
}

/** Buckets that the rule gains from others, or from no rule. */
function taken(entry: RuleEntry, old: Side, now: Side): Passage[] {
  return handover(entry, now, old).map((from) => ({ from, to: entry.rule }));
}

/** Buckets that the rule loses to others, or to no rule. */
function given(entry: RuleEntry, old: Side, now: Side): Passage[] {
  return handover(entry, old, now).map((to) => ({ from: entry.rule, to }));
}

function change(id: string, kind: PolicyChange["kind"], passages: readonly Passage[], what: string): PolicyChange {
  const effect: Strength = combine(passages.map(({ from, to }) => compareStrength(to, from)));
  const why = passages.flatMap((passage) => told(id, passage));
  const more = why.length > 3 ? [`and ${why.length - 3} more`] : [];
  const text = [what, ...why.slice(0, 3), ...more].filter((part) => part !== "").join("; ");
  return {
    subject: "rule",
    id,
    kind,
    effect: effect === "equal" ? "neutral" : effect,
    text: text || "no bucket is better or worse off",
  };
}

function told(id: string, { from, to }: Passage): string[] {
  const compared = compareByField(to, from);
  const other = (rule: Rule | null) => (rule === null ? "no rule" : `rule ${JSON.stringify(rule.id)}`);
  const way =
    from?.id === id && to?.id === id
      ? ""
      : from?.id === id
        ? ` for buckets that now match ${other(to)}`
        : ` for buckets that matched ${other(from)}`;
  return (["weaker", "stronger", "mixed"] as const).flatMap((strength) => {
    const fields = compared.filter((one) => one.strength === strength).map(({ field }) => field);
    return fields.length === 0 ? [] : [`${strength} in ${fields.join(", ")}${way}`];
  });
}
