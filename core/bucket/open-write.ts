import type { BucketEncryption } from "#core/encryption";
import { sameEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { WriteSeen } from "#core/ledger/look";
import type { Intent } from "#core/ledger/state";
import { RECHECK_SECONDS } from "./postpone.ts";

/** What a bucket's encryption tells of a write that an earlier look began and did not finish. */
export function writeSeen(intent: Intent | null, encryption: Fact<BucketEncryption | null> | undefined): WriteSeen {
  if (intent === null) return "none";
  if (encryption?.known !== true) return "unreadable";
  if (encryption.value === null) return "ended";
  return sameEncryption(encryption.value, intent.after) ? "took" : "unconfirmed";
}

/**
 * Seconds until a bucket surely tells whether a write took, 0: it does now. Before, what it shows may be from before the write, or even from
 * before what the write was to mend.
 */
export function secondsToTell(intent: Intent | null, now: number): number {
  if (intent === null) return 0;
  return Math.max(0, Math.ceil((Date.parse(intent.at) - now) / 1000) + RECHECK_SECONDS);
}
