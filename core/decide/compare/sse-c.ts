import type { SseCState } from "#core/encryption";
import type { Stronger } from "./algorithm.ts";
import { type Compared, findingsAbout } from "./finding.ts";

/**
 * Compares whether SSE-C is blocked, which is the stronger state. "Not stated" is neither: if the
 * rule allows SSE-C, it is equivalent to allowed, but no PUT can preserve it (S3 turns an omission
 * into blocked), so a write for another attribute has to choose.
 *
 * @param declared - the rule's `blockSseC`; `undefined`: carried over, and not stated becomes
 *   blocked, as S3 would make it
 * @param isWritten - whether another attribute is about to be written
 */
export function compareSseC(
  declared: boolean | undefined,
  observed: SseCState,
  stronger: Stronger,
  isWritten: boolean,
): Compared<"SSE-C" | "NONE"> {
  if (declared === undefined) return { want: observed === "NONE" ? "NONE" : "SSE-C", findings: [] };
  if (declared) {
    const text = `SSE-C: ${observed === "NONE" ? "allowed" : "not stated"}, declared blocked`;
    return { want: "SSE-C", findings: observed === "SSE-C" ? [] : [finding("differs", "sse-c-differs", text)] };
  }
  if (observed === "NONE") return { want: "NONE", findings: [] };
  if (observed === "not-stated") return notStated(stronger, isWritten);
  if (stronger === "weaken") {
    return { want: "NONE", findings: [finding("differs", "sse-c-differs", "SSE-C: blocked, declared allowed")] };
  }
  if (stronger === "accept") {
    const text = "SSE-C: blocked is stronger than the declared allowed, which the rule accepts";
    return { want: "SSE-C", findings: [finding("accepted", "stronger-accepted", text)] };
  }
  const text = "SSE-C: blocked is stronger than the declared allowed";
  return { want: "NONE", findings: [finding("kept", "stronger", text)] };
}

// --- internal ---

const finding = findingsAbout("SSE-C");

function notStated(stronger: Stronger, isWritten: boolean): Compared<"SSE-C" | "NONE"> {
  if (stronger === "accept") return { want: "SSE-C", findings: [] };
  if (stronger === "weaken" || !isWritten) return { want: "NONE", findings: [] };
  const text = "SSE-C: not stated, but a write must set it to blocked or allowed";
  return { want: "NONE", findings: [finding("held", "sse-c-not-stated", text)] };
}
