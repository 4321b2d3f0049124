import type { BucketEncryption } from "#core/encryption";
import { sameEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { WriteSeen } from "#core/ledger/look";
import type { Intent } from "#core/ledger/state";

/**
 * The state of a write that an earlier look started and did not finish, from the bucket's
 * encryption.
 */
export function writeSeen(intent: Intent | null, encryption: Fact<BucketEncryption | null> | undefined): WriteSeen {
  if (intent === null) return "none";
  if (encryption?.known !== true) return "unreadable";
  if (encryption.value === null) return "ended";
  return sameEncryption(encryption.value, intent.after) ? "took" : "unconfirmed";
}
