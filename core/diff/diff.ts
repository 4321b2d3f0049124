/** The difference between two policies: what becomes weaker or stronger. */

import type { Policy } from "#core/policy/policy";
import type { PolicyChange } from "./change.ts";
import { diffExemptions } from "./exemptions.ts";
import { fieldChanges } from "./fields.ts";
import { diffRules } from "./rules.ts";

/**
 * Lists what becomes weaker or stronger from one policy to the next: what holds for every rule,
 * keys, rules in the order of `after` (removed ones last), exemptions. Nothing is omitted as
 * harmless: a change without effect is `neutral`. If the policies alone do not show which buckets
 * are concerned, both directions are assumed (`mixed`).
 * @param before `null` if there is no policy yet
 */
export function diffPolicies(before: Policy | null, after: Policy): PolicyChange[] {
  const old: Policy = before ?? { ...after, keys: {}, rules: [], exemptions: [] };
  return [
    ...diffWhole(old, after),
    ...diffKeys(old.keys, after.keys),
    ...diffRules(old, after),
    ...diffExemptions(old.exemptions, after.exemptions),
  ];
}

// --- internal ---

/** What holds for every rule: `settle`, `breaker`, `fold`. */
function diffWhole(before: Policy, after: Policy): PolicyChange[] {
  return (["settle", "breaker", "fold"] as const).flatMap((id): PolicyChange[] => {
    const text = fieldChanges({ [id]: before[id] }, { [id]: after[id] }).join("; ");
    return text === ""
      ? []
      : [
          {
            subject: "policy",
            id,
            kind: "changed",
            effect: "neutral",
            text: `${text} (${id === "breaker" ? "durations in seconds" : "seconds"})`,
          },
        ];
  });
}

/** A different key is neither weaker nor stronger by its name, but it always matters. */
function diffKeys(before: Policy["keys"], after: Policy["keys"]): PolicyChange[] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names].flatMap((id): PolicyChange[] => {
    const [was, is] = [before[id], after[id]];
    if (was === is) return [];
    if (was === undefined) return [{ subject: "key", id, kind: "added", effect: "neutral", text: `${is}` }];
    if (is === undefined) return [{ subject: "key", id, kind: "removed", effect: "neutral", text: `was ${was}` }];
    return [
      {
        subject: "key",
        id,
        kind: "changed",
        effect: "mixed",
        text: `${is}, was ${was}: every bucket under it changes keys`,
      },
    ];
  });
}
