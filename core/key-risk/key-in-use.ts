import { type Plan, withReasons } from "#core/decide/plan";
import type { BucketReader } from "#core/decide/reader";
import { parseKmsArn } from "#core/key/arn";
import { absoluteKey } from "#core/key/spelling";
import type { BucketRef } from "#core/names";
import { healthOf, type KeyHealth } from "./health.ts";

/** A plan with what is said of the key that its bucket uses. */
export interface KeyInUse {
  readonly plan: Plan;
  /** `null`: the bucket uses none that could be taken away. */
  readonly kind: KeyHealth["kind"] | null;
}

/**
 * Looks at the key under which a managed bucket stands that is left as it is: as declared, exempt
 * or held, it takes no upload once its key cannot be used. A plan that writes is the guard's.
 * @throws whatever the reader throws.
 */
export async function keyInUse(reader: Pick<BucketReader, "key">, ref: BucketRef, plan: Plan): Promise<KeyInUse> {
  const { before, action, rule, reasons } = plan;
  const none = { plan, kind: null };
  if (action === "write" || rule === null || before?.key === undefined) return none;
  const arn = absoluteKey(before.key, ref);
  const named = parseKmsArn(arn);
  if (named === null || (named.kind === "alias" && named.id.startsWith("aws/"))) return none;
  const health = healthOf({ arn, key: await reader.key(ref, arn, false), pin: null });
  if (health.kind === "usable") return { plan, kind: "usable" };
  const code = health.kind === "unknown" ? "key-state-unknown" : "key-at-risk";
  // The guard may have said the same of a declared key.
  const isSaid = reasons.some(({ text }) => health.key !== null && text.includes(`${health.key} is in state`));
  return { plan: isSaid ? plan : withReasons(plan, [{ code, text: TEXTS[code](health.text) }]), kind: health.kind };
}

// --- internal ---

const TEXTS = {
  "key-at-risk": (text: string) => `the key that the bucket uses is at risk: ${text}`,
  "key-state-unknown": (text: string) => `whether the key that the bucket uses works is not known: ${text}`,
} as const;
