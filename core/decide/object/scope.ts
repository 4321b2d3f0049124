import { compileGlob, globMatches } from "#core/match/glob";
import type { Mode } from "#core/outcome";
import type { Rule } from "#core/policy/policy";
import type { Reason } from "#core/reason/reason";

type Objects = NonNullable<Rule["objects"]>;

/**
 * What a rule declares about its buckets' objects; `out`: nothing. The mode is the weaker of the
 * two: a rule that only observes never writes an object either.
 */
export type ObjectScope =
  | { readonly kind: "in"; readonly mode: Mode; readonly objects: Objects }
  | { readonly kind: "out"; readonly mode: Mode; readonly reason: Reason };

/** Whether a rule covers objects. */
export function objectScope({ id, mode: ofRule, objects, encryption }: Rule): ObjectScope {
  if (objects === undefined || objects.onWrite === "off") {
    const text = `rule ${id} does not cover objects`;
    return { kind: "out", mode: "off", reason: { code: "objects-off", text } };
  }
  const mode = objects.onWrite === "enforce" ? ofRule : objects.onWrite;
  if (encryption.algorithm === undefined && encryption.blockSseC !== true) {
    return { kind: "out", mode, reason: { code: "objects-off", text: `rule ${id} declares no algorithm` } };
  }
  return { kind: "in", mode, objects };
}

/** The pattern by which a rule excepts a key. */
export function exceptedBy({ except }: Objects, key: string): string | undefined {
  return except.find((glob) => globMatches(compileGlob(glob), key));
}
