import { setTimeout as sleep } from "node:timers/promises";
import { RetryableError } from "#aws/error";
import { putBucketEncryption } from "#aws/s3/bucket-encryption";
import type { WritePermit } from "#aws/s3/send-once";
import type { Ports } from "#core/bucket/ports";
import { write } from "#core/bucket/write";
import type { GuardedReader } from "#core/guard/reader";
import { refusal } from "#core/guard/refusal";
import type { CompiledPolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import type { Reason, ReasonCode } from "#core/reason/reason";
import { explainError } from "../line/explain-error.ts";
import type { Session } from "../session/session.ts";
import type { PauseGate } from "../stage/pause-gate.ts";
import { type Judged, judgeBucket } from "./judge-bucket.ts";

/** The outcome for a bucket, with the plan that explains it. */
export interface AppliedBucket {
  readonly judged: Judged;
  readonly outcome: AppliedOutcome;
}

/** `written, not verified`: S3 took the write, and what came of it could not be seen. */
export type AppliedOutcome = Outcome | "written, not verified";

export interface WriteContext {
  readonly session: Session;
  readonly reader: GuardedReader;
  readonly policy: CompiledPolicy;
  readonly gate: PauseGate;
  /** Judges a bucket before the write and after it; absent: the policy does. */
  readonly judge?: (ref: BucketRef) => Promise<Judged>;
}

/**
 * Writes the plan that was shown, if it still applies: judges the bucket again, guard included,
 * reads it once more right before the write, since two people may apply at the same moment, and
 * reads it back until the write is visible. S3 has no condition on the call: what is left is the
 * time of one call. A call that writes is sent once for each
 * such look; whether one took whose answer was lost, reading back tells. Never throws: a failure is
 * an outcome.
 */
export async function writeBucket(context: WriteContext, shown: Judged, attempt = 1): Promise<AppliedBucket> {
  const { reader, policy, gate } = context;
  const judge = context.judge ?? ((ref: BucketRef) => judgeBucket(reader, ref, policy));
  const judged = await judge(shown.ref);
  const { plan, facts, ref } = judged;
  if (judged.standing !== "change" || plan.after === null || facts === null) return meanwhile(judged);
  if (JSON.stringify([plan.before, plan.after]) !== JSON.stringify([shown.plan.before, shown.plan.after])) {
    return { judged, outcome: "superseded" };
  }
  const close: Close = (outcome, ...reasons) => ({
    judged: { ...judged, plan: { ...plan, reasons: [...plan.reasons, ...reasons] } },
    outcome,
  });
  const asked = Date.now();
  const stopped = await gate(ref.region);
  if (stopped !== null) return close("held", { code: "paused", text: stopped });
  const answer: Answer = { taken: false, lost: null };
  try {
    const ports = portsOf(context, { sendBy: asked + SEND_WITHIN, now: Date.now }, answer);
    const verifying = context.judge === undefined ? {} : { judge: async () => (await judge(ref)).plan };
    const basis = { policy, facts, before: plan.before, readAt: LONG_AGO, ...verifying };
    const written = await write(ports, ref, plan.after, basis);
    if (written.kind === "not sent") return notSent(close, await judge(ref));
    if (written.kind === "missing" || written.kind === "gone") return close("gone");
    if (written.kind === "refused") return close(...refusal(written.error, 300));
    if (written.kind === "as declared" || written.kind === "as written") return close("changed");
    if (answer.lost !== null && written.kind === "not seen") {
      if (attempt < ATTEMPTS) return writeBucket(context, shown, attempt + 1);
      throw answer.lost;
    }
    return unverified(close, written.kind);
  } catch (error) {
    const why = explainError(error).message;
    if (!answer.taken) return close("failed", { code: "write-refused", text: `the write failed: ${why}` });
    const text = `the write was accepted, but the bucket could not be read back: ${why}`;
    return close("written, not verified", { code: "unreadable", text });
  }
}

/**
 * The result for a bucket that `apply` did not write; one repaired in the meantime is `left alone`.
 */
export function untouched(judged: Judged): AppliedBucket {
  return { judged, outcome: judged.standing === "change" ? "reported" : (UNTOUCHED[judged.standing] ?? "left alone") };
}

// --- internal ---

/** How often a write whose answer is lost, and that is not seen, is begun anew. */
const ATTEMPTS = 3;
/** No look counts as made right before the write. */
const LONG_AGO = 0;
/** Milliseconds from the moment the pause switch is asked until the call has to be sent. */
const SEND_WITHIN = 4_000;

/** `taken`: S3 said so. `lost`: why nobody knows whether S3 took the write. */
interface Answer {
  taken: boolean;
  lost: RetryableError | null;
}

const UNTOUCHED: Partial<Record<Judged["standing"], Outcome>> = {
  held: "held",
  unreadable: "unreadable",
  exempt: "exempt",
  gone: "gone",
};

function portsOf(
  { session, reader }: WriteContext,
  permit: WritePermit,
  answer: Answer,
): Pick<Ports, "reader" | "writer" | "now" | "sleep"> {
  const put: Ports["writer"]["put"] = async (ref, wanted, isCurrent) => {
    if (isCurrent !== undefined && !(await isCurrent())) return { kind: "superseded" };
    try {
      const put = await putBucketEncryption(session.s3(ref.region), ref, wanted, permit);
      answer.taken = put.kind === "written";
      return put;
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      answer.lost = error;
      return { kind: "written" };
    }
  };
  return { reader, writer: { put }, now: Date.now, sleep: (milliseconds) => sleep(milliseconds) };
}

/** A bucket that was to be written and need not be any more: somebody else was faster. */
function meanwhile(judged: Judged): AppliedBucket {
  if (judged.standing !== "compliant") return untouched(judged);
  const reasons = [...judged.plan.reasons, { code: "repaired-meanwhile", text: FASTER } as const];
  return untouched({ ...judged, plan: { ...judged.plan, reasons } });
}

const FASTER = "somebody else brought the bucket to what is declared meanwhile";

function notSent(close: Close, now: Judged): AppliedBucket {
  if (now.standing === "compliant") return meanwhile(now);
  if (now.standing === "gone") return close("gone");
  return close("superseded", {
    code: "write-refused",
    text: "somebody else wrote the bucket meanwhile, so nothing was written",
  });
}

type Close = (outcome: AppliedOutcome, ...reasons: readonly Reason[]) => AppliedBucket;

function unverified(close: Close, kind: "superseded" | "not seen" | "unreadable"): AppliedBucket {
  const said: Record<typeof kind, [AppliedOutcome, ReasonCode, string]> = {
    superseded: ["superseded", "write-refused", "another write was made at the same time"],
    "not seen": [
      "written, not verified",
      "write-refused",
      "the write was accepted but is not visible yet: check again in a minute",
    ],
    unreadable: [
      "written, not verified",
      "unreadable",
      "the write was accepted, but the bucket could not be read back",
    ],
  };
  const [outcome, code, text] = said[kind];
  return close(outcome, { code, text });
}
