/** Guards: the hazards, the gates, and what a refusal by S3 means. */

import { ask, type Needs } from "#core/decide/ask";
import type { Acceptance } from "#core/policy/accept";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import { type Guarded, type GuardFacts, type GuardNeed, lookFor, unlooked } from "./facts.ts";
import type { GuardedPlan, Hazard } from "./hazard.ts";
import { hazards } from "./hazards.ts";
import type { GuardReader } from "./reader.ts";

/** The guard's result. `unknown` stops a write just as `hazard` does. */
export interface GuardResult {
  readonly kind: "clear" | "hazard" | "unknown";
  /** All reasons to hold the write. */
  readonly reasons: readonly Reason[];
  /** Hazards that the plan's rule accepts, so they hold nothing. */
  readonly accepted: readonly Reason[];
}

/**
 * Checks a write for every hazard, reading only the facts they depend on. A plan that does not
 * write is clear.
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

/**
 * Checks a plan for hazards: returns the facts they need, without duplicates, or their combined
 * result.
 */
function judge(plan: GuardedPlan, facts: GuardFacts, asked: readonly Hazard[]): GuardResult | Needs<GuardNeed> {
  const needed = new Map<string, GuardNeed>();
  const found: { readonly kind: "hazard" | "unknown"; readonly reason: Reason }[] = [];
  const accepted: Reason[] = [];
  for (const each of asked) {
    const answer = each.check(plan, facts);
    if (answer.kind === "needs") for (const need of answer.needs) needed.set(JSON.stringify(need), need);
    else if (answer.kind !== "clear") {
      const accepts = answer.kind === "hazard" ? acceptance(each, plan) : undefined;
      if (accepts === undefined) found.push(answer);
      else accepted.push({ code: "hazard-accepted", text: acceptedText(plan, accepts, answer.reason) });
    }
  }
  if (needed.size > 0) return { kind: "needs", needs: [...needed.values()] };
  const worst = found.some(({ kind }) => kind === "hazard") ? "hazard" : "unknown";
  return { kind: found.length === 0 ? "clear" : worst, reasons: found.map(({ reason }) => reason), accepted };
}

/** By what the plan's rule accepts a hazard. */
function acceptance(hazard: Hazard, { accept, namesBucket }: GuardedPlan): Acceptance | undefined {
  if (!hazard.isAcceptable || (hazard.names !== undefined && !namesBucket)) return undefined;
  return accept.find(({ name }) => name === hazard.name);
}

function acceptedText({ rule }: GuardedPlan, { name, reason }: Acceptance, { text }: Reason): string {
  return `rule ${rule} accepts the hazard ${name}${reason === null ? "" : ` (${safe(reason)})`}: ${text}`;
}
