import { backfillHint, isByItself } from "../stage/backfill-hint.ts";
import { finding, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/** Where rules have backfills begin by themselves: are there any? */
export const driftWindowsCheck: Check = {
  name: "drift-windows",
  look: async ({ deployment, policy }) => {
    const inForce = await policy();
    const hint = backfillHint(inForce, deployment);
    if (hint !== null)
      return [
        finding(
          hint,
          "deploy with BUCKETSEAL_BACKFILL=on, or take closeDriftWindows and backfillEvery out of the rules",
        ),
      ];
    return inForce.rules.some(isByItself)
      ? [ok("backfills begin by themselves where rules say closeDriftWindows or backfillEvery")]
      : [];
  },
};
