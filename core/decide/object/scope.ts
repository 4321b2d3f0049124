import { compileGlob, globMatches } from "#core/match/glob";
import type { Mode } from "#core/outcome";
import { millisecondsOf } from "#core/policy/point-in-time";
import type { Rule } from "#core/policy/policy";
import type { Reason } from "#core/reason/reason";
import type { ObjectFacts } from "./facts.ts";

type Objects = NonNullable<Rule["objects"]>;

/**
 * What a rule declares about its buckets' objects; `out`: nothing. The mode is the weaker of the
 * two: a rule that only observes never writes an object either.
 */
export type ObjectScope =
  | { readonly kind: "in"; readonly mode: Mode; readonly objects: Objects }
  | { readonly kind: "out"; readonly mode: Mode; readonly reason: Reason };

/**
 * Whether a rule covers objects.
 * @param atRest - whether it is about one that is there, and not about one that was written
 */
export function objectScope({ id, mode: ofRule, objects, encryption }: Rule, atRest: boolean): ObjectScope {
  const declared = (atRest ? objects?.atRest : objects?.onWrite) ?? "off";
  if (objects === undefined || declared === "off") {
    const text = `rule ${id} does not cover ${atRest ? "existing objects" : "objects"}`;
    return { kind: "out", mode: "off", reason: { code: "objects-off", text } };
  }
  const mode = declared === "enforce" ? ofRule : declared;
  if (encryption.algorithm === undefined && encryption.blockSseC !== true) {
    return { kind: "out", mode, reason: { code: "objects-off", text: `rule ${id} declares no algorithm` } };
  }
  return { kind: "in", mode, objects };
}

/** Why a rule leaves an existing version out; `null`: it does not. */
export function leftOut(
  { versions, newerThan, olderThan }: Objects,
  { isCurrent, lastModified, encryption: { algorithm } }: ObjectFacts,
  now: number,
): string | null {
  // Of an object under SSE-C only its writer can read when it was written, or that it is current.
  if (algorithm === "SSE-C") return null;
  if (versions === "current" && !isCurrent) return "it is not the current version";
  const at = Date.parse(lastModified);
  if (newerThan !== undefined && at < millisecondsOf(newerThan, now)) return `it is not newer than ${newerThan}`;
  if (olderThan !== undefined && at >= millisecondsOf(olderThan, now)) return `it is not older than ${olderThan}`;
  return null;
}

/** The pattern by which a rule excepts a key. */
export function exceptedBy({ except }: Objects, key: string): string | undefined {
  return except.find((glob) => globMatches(compileGlob(glob), key));
}
