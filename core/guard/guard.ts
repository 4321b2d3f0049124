/**
 * What holds a write back: the hazards, the gates that can be closed to it, and what a refusal of S3
 * means.
 */

import { ask, type Needs } from "#core/decide/ask";
import type { Reason } from "#core/reason/reason";
import {
  aliasMoved,
  keyDisabled,
  keyInOtherRegion,
  keyMissing,
  keyNotShareable,
  keyNotSymmetric,
} from "./declared-key.ts";
import { type Guarded, type GuardFacts, type GuardNeed, type GuardReader, lookFor, unlooked } from "./facts.ts";
import type { GuardedPlan, Hazard } from "./hazard.ts";
import { nullVersion } from "./null-version.ts";
import { sourceKey } from "./source-key.ts";
import { uploadUnderWay } from "./upload-under-way.ts";

/** Every hazard that holds a write back, in the order in which they are reported. */
export const hazards: readonly Hazard[] = [
  keyMissing,
  keyDisabled,
  keyNotSymmetric,
  keyInOtherRegion,
  keyNotShareable,
  aliasMoved,
  sourceKey,
  nullVersion,
];

/** Hazards that come and go within moments: they are asked about right before a copy, and no rule can accept them. */
export const lastHazards: readonly (Hazard & { readonly isAcceptable: false })[] = [uploadUnderWay];

/** What the guard says of a write. `unknown` stops it as surely as `hazard` does. */
export interface GuardResult {
  readonly kind: "clear" | "hazard" | "unknown";
  /** All that speaks against the write. */
  readonly reasons: readonly Reason[];
  /** Hazards that hold nothing back because the plan's rule accepts them. */
  readonly accepted: readonly Reason[];
}

/**
 * Asks every hazard about a write, reading only what they depend on. A plan that does not write is clear.
 * @throws whatever the reader throws.
 */
export async function guard(
  reader: GuardReader,
  guarded: Guarded,
  plan: GuardedPlan,
  list: readonly Hazard[] = hazards,
): Promise<GuardResult> {
  if (plan.action === "none" || plan.action === "hold") return { kind: "clear", reasons: [], accepted: [] };
  const about = guarded.object === undefined ? "bucket" : "object";
  const asked = list.filter((each) => each.about.includes(about));
  const { answer } = await ask<GuardFacts, GuardNeed, GuardResult>(
    "the guard",
    (facts) => judge(plan, facts, asked),
    unlooked(guarded),
    (need) => lookFor(reader, guarded, need),
  );
  return answer;
}

// --- internal ---

/** Puts a plan to hazards: what they need, each fact once; or what all of them together come to. */
function judge(plan: GuardedPlan, facts: GuardFacts, asked: readonly Hazard[]): GuardResult | Needs<GuardNeed> {
  const needed = new Map<string, GuardNeed>();
  const found: { readonly kind: "hazard" | "unknown"; readonly reason: Reason }[] = [];
  const accepted: Reason[] = [];
  for (const { name, isAcceptable, check } of asked) {
    const answer = check(plan, facts);
    if (answer.kind === "needs") for (const need of answer.needs) needed.set(JSON.stringify(need), need);
    else if (answer.kind === "hazard" && isAcceptable && plan.accept.includes(name)) {
      const text = `rule ${plan.rule} accepts the hazard ${name}: ${answer.reason.text}`;
      accepted.push({ code: "hazard-accepted", text });
    } else if (answer.kind !== "clear") found.push(answer);
  }
  if (needed.size > 0) return { kind: "needs", needs: [...needed.values()] };
  const worst = found.some(({ kind }) => kind === "hazard") ? "hazard" : "unknown";
  return { kind: found.length === 0 ? "clear" : worst, reasons: found.map(({ reason }) => reason), accepted };
}
