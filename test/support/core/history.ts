import type { HistoryEntry } from "#core/ledger/history";
import { aes, aTrigger, at, wanted } from "./loop.ts";

/** An entry about the repair of a bucket that alice broke. */
export function anEntry(changes: Partial<HistoryEntry> = {}): HistoryEntry {
  const { eventId, eventName, eventTime, actor } = aTrigger();
  return {
    id: "alert-1",
    at: at(0),
    outcome: "changed",
    was: "left alone",
    rule: "baseline",
    exemption: null,
    mode: "enforce",
    policyVersion: 7,
    before: aes,
    after: wanted,
    actor,
    event: { eventId, eventName, eventTime },
    reasons: ["algorithm: AES256, declared aws:kms"],
    alert: "alert-1",
    latencyMs: 5000,
    ...changes,
  };
}
