import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "#aws/error";
import { putBucketEncryption } from "#aws/s3/bucket-encryption";
import { verify } from "#core/bucket/verify";
import type { BucketReader } from "#core/decide/reader";
import { refusal } from "#core/guard/refusal";
import type { CompiledPolicy } from "#core/match/compile";
import type { Outcome } from "#core/outcome";
import type { Reason, ReasonCode } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { Session } from "../stage/session.ts";
import { type Judged, judgeBucket } from "./judge-bucket.ts";

/** What became of a bucket, with the plan that says why. */
export interface Written {
  readonly judged: Judged;
  readonly outcome: Outcome;
}

export interface WriteContext {
  readonly session: Session;
  readonly reader: BucketReader;
  readonly policy: CompiledPolicy;
  /** Why nothing may be written right now; `null`: it may. */
  readonly gate: () => Promise<string | null>;
}

/**
 * Writes what was shown, if it still is what would be done: the bucket is looked at again with the guard, written, and read back until
 * it shows the write. Never throws: what went wrong is the outcome.
 */
export async function writeBucket(context: WriteContext, shown: Judged): Promise<Written> {
  const { session, reader, policy, gate } = context;
  const judged = await judgeBucket(reader, shown.ref, policy);
  const { plan, facts, ref } = judged;
  if (judged.standing !== "change" || plan.after === null || facts === null) return untouched(judged);
  if (JSON.stringify([plan.before, plan.after]) !== JSON.stringify([shown.plan.before, shown.plan.after])) {
    return { judged, outcome: "superseded" };
  }
  const close = (outcome: Outcome, ...reasons: readonly Reason[]): Written => ({
    judged: { ...judged, plan: { ...plan, reasons: [...plan.reasons, ...reasons] } },
    outcome,
  });
  const stopped = await gate();
  if (stopped !== null) return close("held", { code: "paused", text: stopped });
  try {
    const put = await putBucketEncryption(session.s3(ref.region), ref, plan.after);
    if (put.kind === "gone") return close("gone");
    if (put.kind === "refused") return close(...refusal(put.error, 300));
    const seen = await verify({ reader, now: Date.now, sleep: (ms) => sleep(ms) }, ref, policy, facts, plan.before);
    if (seen.kind === "gone") return close("gone");
    if (seen.kind === "as declared") return close("changed");
    return unverified(close, seen.kind);
  } catch (error) {
    return close("failed", { code: "write-refused", text: `the write failed: ${safe(messageOf(error), 300)}` });
  }
}

/** A bucket that nothing was tried on, as `apply` reports it; one that was repaired meanwhile is left alone. */
export function untouched(judged: Judged): Written {
  return { judged, outcome: judged.standing === "change" ? "reported" : (UNTOUCHED[judged.standing] ?? "left alone") };
}

// --- internal ---

const UNTOUCHED: Partial<Record<Judged["standing"], Outcome>> = {
  held: "held",
  unreadable: "unreadable",
  exempt: "exempt",
  gone: "gone",
};

type Close = (outcome: Outcome, ...reasons: readonly Reason[]) => Written;

function unverified(close: Close, kind: "superseded" | "not seen" | "unreadable"): Written {
  const said: Record<typeof kind, [Outcome, ReasonCode, string]> = {
    superseded: ["superseded", "write-refused", "somebody else wrote at the same time"],
    "not seen": ["failed", "write-refused", "the write was accepted and is not seen yet: look again in a minute"],
    unreadable: ["unreadable", "unreadable", "the write was accepted, and the bucket could not be read back"],
  };
  const [outcome, code, text] = said[kind];
  return close(outcome, { code, text });
}
