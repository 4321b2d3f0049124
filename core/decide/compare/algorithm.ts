import type { Algorithm } from "#core/encryption";
import { strengthOf } from "#core/encryption";
import { type Compared, findingsAbout } from "./finding.ts";

/** How a rule treats a state stronger than the declared one. */
export type Stronger = "hold" | "accept" | "weaken";

/**
 * Compares the algorithm. A stronger one counts as stronger only under a key that the policy names;
 * under any other key it is repaired.
 *
 * @param isNamed - whether the policy names the observed key; used only if the observed algorithm
 *   is the stronger one
 */
export function compareAlgorithm(
  declared: Algorithm,
  observed: Algorithm,
  stronger: Stronger,
  isNamed: boolean,
): Compared<Algorithm> {
  if (declared === observed) return { want: declared, findings: [] };
  const difference = `algorithm: ${observed}, declared ${declared}`;
  const differs = { want: declared, findings: [finding("differs", "algorithm-differs", difference)] };
  if (strengthOf(observed) < strengthOf(declared)) return differs;
  if (!isNamed) {
    const text = `${difference}; not stronger, since the policy does not name its key`;
    return { want: declared, findings: [finding("differs", "algorithm-differs", text)] };
  }
  if (stronger === "weaken") return differs;
  if (stronger === "accept") {
    const text = `algorithm: ${observed} is stronger than the declared ${declared}, which the rule accepts`;
    return { want: observed, findings: [finding("accepted", "stronger-accepted", text)] };
  }
  const text = `algorithm: ${observed} is stronger than the declared ${declared}`;
  return { want: declared, findings: [finding("kept", "stronger", text)] };
}

// --- internal ---

const finding = findingsAbout("algorithm");
