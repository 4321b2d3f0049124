import { grantCalls } from "#core/event/calls";
import type { KeyHealth } from "./health.ts";

/**
 * Whether a key does not show what a call did to it, or what the call did cannot be seen from its
 * state: KMS is eventually consistent, so it is looked at once more.
 */
export function isDoubtful(eventName: string, { kind, state }: Pick<KeyHealth, "kind" | "state">): boolean {
  if (BREAKS.has(eventName)) return kind === "usable";
  if (MENDS.has(eventName)) return kind !== "usable";
  if (eventName === "CancelKeyDeletion") return state === "PendingDeletion";
  return UNSEEN.has(eventName);
}

// --- internal ---

const BREAKS: ReadonlySet<string> = new Set([
  "DisableKey",
  "ScheduleKeyDeletion",
  "DeleteImportedKeyMaterial",
  "DeleteAlias",
]);
const MENDS: ReadonlySet<string> = new Set(["EnableKey", "ImportKeyMaterial", "CreateAlias"]);
const UNSEEN: ReadonlySet<string> = new Set(["UpdateAlias", "PutKeyPolicy", ...grantCalls]);
