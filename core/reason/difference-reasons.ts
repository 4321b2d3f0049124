import type { ReasonRows } from "./row.ts";

/**
 * Reasons that say what differs from the rule, what it accepts, or that all is well again: no
 * action is required.
 */
export const differenceReasons = {
  "algorithm-differs": { means: "another algorithm than declared" },
  "key-differs": { means: "another key than declared" },
  "key-relative": { means: "the key's spelling is resolved in the uploader's account" },
  "key-unread": { means: "what the key's spelling names could not be read", severity: "critical" },
  "bucket-key-differs": { means: "the bucket key is on where off is declared, or the other way round" },
  "sse-c-differs": { means: "SSE-C is not blocked or allowed as declared" },
  weakens: { means: "a note: the change leaves the bucket weaker than it was, as its rule says" },
  "kms-requests": { means: "a note: without a bucket key each object that is written or read is a request to KMS" },
  "terraform-state": { means: "a note: who runs Terraform needs rights on the declared key" },
  "hazard-accepted": { means: "a hazard that the rule accepts: the write was not held back" },
  "undone-again": { means: "the same actor undid it before" },
  "breaker-open": { means: "somebody keeps undoing Bucketseal's changes, so it stopped for a while" },
  "breaker-closed": { means: "nobody undid Bucketseal's last change any more" },
  folded: { means: "it happened more often, which was counted instead of told one by one" },
  "window-closes": {
    means: "objects written under another default are looked at by a backfill that starts by itself",
  },
  "compliant-again": { means: "what was reported earlier no longer applies" },
} as const satisfies ReasonRows;
