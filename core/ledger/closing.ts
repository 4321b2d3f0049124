/** Drift windows that are closed by backfills of their own. */

import { sameEncryption } from "#core/encryption";
import { isEncryptionCall } from "#core/event/calls";
import type { Outcome } from "#core/outcome";
import type { Rule } from "#core/policy/policy";
import type { Closes, DriftWindow, WindowClosing } from "./drift.ts";
import type { Look } from "./look.ts";
import type { BucketState } from "./state.ts";

/**
 * How the windows of a rule's buckets are closed; `null`: it does not ask for that. Rules of
 * versions that were pushed long ago do not say.
 *
 * @param isReached - whether this deployment has backfills that reach the bucket
 */
export function closesOf(rule: Pick<Rule, "mode" | "objects"> | undefined, isReached: boolean): Closes | null {
  const { closeDriftWindows = false, atRest = "off", versions = "current" } = rule?.objects ?? {};
  return rule?.mode !== "off" && atRest !== "off" && closeDriftWindows ? { versions, isReached } : null;
}

/**
 * ISO 8601: since when a default of SSE-S3 stands that somebody set; `null`: not known, or nobody
 * did, or its windows are not closed. A bucket that was made so, or whose policy has changed, has
 * not drifted.
 *
 * @param before - what the bucket shows
 */
export function plainSince(
  { closes = null, state, trigger }: Pick<Look, "closes" | "state" | "trigger">,
  before: BucketState["observed"],
): string | null {
  if (closes === null) return null;
  if (trigger !== null && isEncryptionCall(trigger)) return trigger.eventTime;
  const { outcome, observed, since } = state;
  const wasRight = outcome !== null && RIGHT.has(outcome) && observed !== null;
  return wasRight && !sameEncryption(before, observed) ? since : null;
}

/** A window with the backfill that it asks for, where windows are closed. */
export function withClosing(window: DriftWindow, closes: Closes | null, id: string): DriftWindow {
  if (closes?.isReached !== true) return window;
  return { ...window, closing: { id, versions: closes.versions, isAsked: false } };
}

/** The windows whose backfills have not been asked for. */
export function unasked({ driftWindows }: Pick<BucketState, "driftWindows">): readonly ClosingWindow[] {
  return driftWindows.filter(
    (window): window is ClosingWindow => window.closing !== undefined && !window.closing.isAsked,
  );
}

/** A window that a backfill closes. */
export type ClosingWindow = DriftWindow & { readonly closing: WindowClosing };

/** A state after the backfills of these windows were asked for. */
export function withAsked(state: BucketState, ids: ReadonlySet<string>): BucketState {
  const driftWindows = state.driftWindows.map((window) =>
    window.closing !== undefined && ids.has(window.closing.id)
      ? { ...window, closing: { ...window.closing, isAsked: true } }
      : window,
  );
  return { ...state, driftWindows };
}

// --- internal ---

/** Outcomes of a bucket that was as declared. */
const RIGHT: ReadonlySet<Outcome> = new Set(["left alone", "changed"]);
