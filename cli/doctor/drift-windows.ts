import { backfillHint } from "../stage/backfill-hint.ts";
import { finding, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/** Where rules have drift windows closed: are there backfills that could? */
export const driftWindowsCheck: Check = {
  name: "drift-windows",
  look: async ({ deployment, policy }) => {
    const inForce = await policy();
    const hint = backfillHint(inForce, deployment);
    if (hint !== null)
      return [finding(hint, "deploy with BUCKETSEAL_BACKFILL=on, or take closeDriftWindows out of the rules")];
    const isAsked = inForce.rules.some(({ mode, objects }) => mode !== "off" && objects?.closeDriftWindows === true);
    return isAsked ? [ok("drift windows of rules that say closeDriftWindows are closed by backfills")] : [];
  },
};
