/** Keys at risk: what makes a key unusable, which buckets depend on it, and what is told of it. */

import type { Fact } from "#core/fact";
import { parseKmsArn } from "#core/key/arn";
import type { KeyFacts } from "#core/key/key";
import { safe } from "#core/safe";

/** What was read about a key, by the ARN of the key or of an alias. */
export interface KeyLook {
  readonly arn: string;
  /** `null`: there is no such key or alias. */
  readonly key: Fact<KeyFacts | null>;
  /** The key that an alias is pinned to; `null`: none yet, or no alias. */
  readonly pin: string | null;
}

/** Whether a key can be used. */
export interface KeyHealth {
  readonly kind: "usable" | "at risk" | "unknown";
  /**
   * KMS's key state; for what has none of its own `missing`, `moved` (an alias that names another
   * key than its pin), `refused` or `unclear` (by the key's policy), or the error of a read that
   * failed.
   */
  readonly state: string;
  /** The key behind it; `null`: there is none, or it could not be read. */
  readonly key: string | null;
  /** One sentence without a full stop. */
  readonly text: string;
  /** ISO 8601: when the key is gone for good; `null`: it is not. */
  readonly deletion: string | null;
}

/**
 * Judges what was read about a key. One that is being made or moved between Regions can be used as
 * soon as anybody can name it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
export function healthOf({ arn, key: fact, pin }: KeyLook): KeyHealth {
  const none = { key: null, deletion: null };
  if (!fact.known) {
    const name = safe(fact.error.name);
    return { ...none, kind: "unknown", state: name, text: `the state of ${arn} could not be read: ${name}` };
  }
  const key = fact.value;
  if (key === null) return { ...none, kind: "at risk", state: "missing", text: `${arn} does not exist` };
  const found = { key: key.arn, deletion: key.deletion ?? null };
  if (pin !== null && pin !== key.arn) {
    return { ...found, kind: "at risk", state: "moved", text: `${arn} names ${key.arn} now, and was ${pin} before` };
  }
  const named = parseKmsArn(arn)?.kind === "alias" ? `${arn} names ${key.arn}, which` : key.arn;
  const text = `${named} is in state ${safe(key.state)}`;
  if (USABLE.has(key.state)) return { ...found, kind: "usable", state: key.state, text };
  const until = found.deletion === null ? "" : `, and is deleted on ${found.deletion.slice(0, 10)}`;
  return { ...found, kind: "at risk", state: key.state, text: `${text}${until}` };
}

// --- internal ---

const USABLE: ReadonlySet<string> = new Set(["Enabled", "Updating", "Creating"]);
