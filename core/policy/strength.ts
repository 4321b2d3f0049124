import { strengthOf } from "#core/encryption";
import { awsManaged } from "#core/key/template";
import type { Rule } from "./policy.ts";

export type Strength = "weaker" | "equal" | "stronger" | "mixed";

/**
 * Compares two rules for a bucket: is it worse off with `a` than with `b`? A rule that is off
 * equals no rule at all (`null`), whatever else it says. Otherwise each of these counts, from weak
 * to strong:
 *
 * - mode: observe, enforce
 * - algorithm: not declared, AES256, aws:kms, aws:kms:dsse
 * - key: not declared, `aws-managed` (no one can change its key policy), a named key. Two named
 *   keys are equal.
 * - keyForm: any, absolute
 * - blockSseC: false (we would allow it), not declared, true
 * - stronger: weaken; hold and accept are equal, since neither removes anything
 * - objects: onWrite off, observe, enforce; and if it is on in both: more keys in `except`, a
 *   smaller `maxBytes`, no copies, none in parts
 * - existing objects: atRest off, observe, enforce; and if it is on in both: only current versions
 *
 * The bucket key concerns cost and `accept` concerns caution: neither counts.
 */
export function compareStrength(a: Rule | null, b: Rule | null): Strength {
  return combine(compareByField(a, b).map(({ strength }) => strength));
}

/** The same comparison by field, as YAML spells them; if a rule is off, by `mode` alone. */
export function compareByField(
  a: Rule | null,
  b: Rule | null,
): { readonly field: string; readonly strength: Strength }[] {
  const one = isOff(a) ? null : a;
  const other = isOff(b) ? null : b;
  if (one === null || other === null) {
    return [{ field: "mode", strength: one === other ? "equal" : one === null ? "weaker" : "stronger" }];
  }
  const ranked = ranks.map(({ field, rank }) => ({ field, strength: order(rank(one), rank(other)) }));
  return [...ranked, { field: "objects", strength: combine(compareObjects(one.objects, other.objects)) }];
}

/** The overall result of several comparisons. */
export function combine(all: readonly Strength[]): Strength {
  const weaker = all.includes("weaker") || all.includes("mixed");
  const stronger = all.includes("stronger") || all.includes("mixed");
  if (weaker) return stronger ? "mixed" : "weaker";
  return stronger ? "stronger" : "equal";
}

// --- internal ---

type Objects = Pick<
  NonNullable<Rule["objects"]>,
  "onWrite" | "copy" | "copyLarge" | "except" | "maxBytes" | "atRest" | "versions"
>;

const untouched: Objects = {
  onWrite: "off",
  atRest: "off",
  versions: "current",
  copy: false,
  except: [],
};

/** A rank of NaN is neither weaker nor stronger: without a key the field means nothing. */
const ranks: readonly { readonly field: string; readonly rank: (rule: Rule) => number }[] = [
  { field: "mode", rank: ({ mode }) => ["observe", "enforce"].indexOf(mode) },
  {
    field: "algorithm",
    rank: ({ encryption: { algorithm } }) => (algorithm === undefined ? -1 : strengthOf(algorithm)),
  },
  { field: "key", rank: ({ encryption: { key } }) => (key === undefined ? 0 : key === awsManaged ? 1 : 2) },
  {
    field: "keyForm",
    rank: ({ encryption: { key, keyForm } }) => (key === undefined ? Number.NaN : ["any", "absolute"].indexOf(keyForm)),
  },
  { field: "blockSseC", rank: ({ encryption }) => [false, undefined, true].indexOf(encryption.blockSseC) },
  { field: "stronger", rank: ({ stronger }) => (stronger === "weaken" ? 0 : 1) },
];

function isOff(rule: Rule | null): boolean {
  return rule === null || rule.mode === "off";
}

function order(a: number, b: number): Strength {
  if (a < b) return "weaker";
  return a > b ? "stronger" : "equal";
}

function compareObjects(a: Objects = untouched, b: Objects = untouched): Strength[] {
  const strengths = [order(rankOf(a.onWrite), rankOf(b.onWrite)), order(rankOf(a.atRest), rankOf(b.atRest))];
  if (a.atRest !== "off" && b.atRest !== "off") {
    strengths.push(order(Number(a.versions === "all"), Number(b.versions === "all")));
  }
  const areOn = (of: Objects) => of.onWrite !== "off" || of.atRest !== "off";
  if (!areOn(a) || !areOn(b)) return strengths;
  return [
    ...strengths,
    order(a.maxBytes ?? Number.POSITIVE_INFINITY, b.maxBytes ?? Number.POSITIVE_INFINITY),
    order(Number(a.copy), Number(b.copy)),
    order(Number(a.copyLarge === true), Number(b.copyLarge === true)),
    a.except.every((glob) => b.except.includes(glob)) ? "equal" : "weaker",
    b.except.every((glob) => a.except.includes(glob)) ? "equal" : "stronger",
  ];
}

function rankOf(mode: Objects["onWrite"]): number {
  return ["off", "observe", "enforce"].indexOf(mode);
}
