import type { Place } from "#core/key/arn";
import type { KeyAnswer, KeyLookup } from "#core/key/lookup";
import { resolveKey } from "#core/key/resolve";
import { absoluteKey, isRelative } from "#core/key/spelling";
import { safe } from "#core/safe";
import { type Compared, findingsAbout } from "./finding.ts";

/** The relation of an observed key to the declared one. */
export type KeyMatch =
  | { readonly kind: "same" | "differs" | "relative" }
  | Extract<KeyAnswer, { kind: "unreadable" | "pending" }>;

/** The key that a rule declares. */
export interface Declared {
  /** As the policy names it for this bucket: a key ARN or an alias ARN. */
  readonly spelled: string;
  /** The key ARN it resolves to; `null` while pending. */
  readonly arn: string | null;
  readonly keyForm: "absolute" | "any";
}

/**
 * Compares a bucket's key with the declared one. Absolute spellings are compared by the key they
 * name; a relative one (key id, alias name, none) may mean a different key for each uploader, so it
 * counts only if the rule says `keyForm: any`. Text that equals the policy's own spelling needs no
 * lookup.
 */
export function matchKey(observed: string | undefined, declared: Declared, place: Place, lookup: KeyLookup): KeyMatch {
  if (isRelative(observed) && declared.keyForm !== "any") return { kind: "relative" };
  const absolute = absoluteKey(observed, place);
  if (absolute === declared.spelled || absolute === declared.arn) return { kind: "same" };
  const key = resolveKey(absolute, place, lookup);
  if (key.kind === "arn") return { kind: key.arn === declared.arn ? "same" : "differs" };
  return key.kind === "missing" ? { kind: "differs" } : key;
}

/**
 * The key to write, and the findings about it. A key that could not be looked up is replaced: under
 * an algorithm that is not stronger than declared, the declared key is at least as strong.
 *
 * @param unread - why it could not be looked up
 */
export function compareKey(
  observed: string | undefined,
  declared: string,
  match: "same" | "differs" | "relative" | "unread",
  unread: string | null = null,
): Compared<string> {
  const said = observed ? safe(observed) : "none";
  if (match === "same") return { want: declared, findings: [] };
  const difference = `key: ${said}, declared ${declared}`;
  if (match === "differs") return { want: declared, findings: [finding("differs", "key-differs", difference)] };
  if (match === "unread") {
    return { want: declared, findings: [finding("differs", "key-unread", `${difference}; ${unread}`)] };
  }
  const text = `${difference}; AWS resolves this spelling in the uploader's account`;
  return { want: declared, findings: [finding("differs", "key-relative", text)] };
}

// --- internal ---

const finding = findingsAbout("key");
