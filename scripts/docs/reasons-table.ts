import { adviceFor } from "#core/reason/advice";
import { adviceForObjects } from "#core/reason/object-advice";
import type { ReasonCode } from "#core/reason/reason";
import { severityOf } from "#core/reason/severity";
import { markdownTable } from "./markdown-table.ts";

/** Every reason that an alert can give, how much it matters at least, and the advice that the alert carries. */
export function reasonsTable(): string {
  const context = {
    ref: { partition: "aws", account: "ACCOUNT", region: "REGION", bucket: "BUCKET" },
    rule: "RULE",
    declaredKey: "KEY",
  };
  const rows = Object.entries(MEANING).map(([code, meaning]) => [
    `\`${code}\``,
    meaning,
    severityOf("held", [code as ReasonCode]),
    adviceFor("held", [code as ReasonCode], context)[0] ?? adviceForObjects([code as ReasonCode], context)[0] ?? "",
  ]);
  return markdownTable(["reason", "meaning", "severity at least", "what the alert advises"], rows);
}

// --- internal ---

/** Those that stand in alerts; the compiler sees to it that none is forgotten. */
const MEANING: Readonly<Record<Exclude<ReasonCode, Quiet>, string>> = {
  "algorithm-differs": "another algorithm than declared",
  "key-differs": "another key than declared",
  "key-relative": "the key is spelled so that AWS looks for it in the uploader's account",
  "bucket-key-differs": "the bucket key is on where off is declared, or the other way round",
  "sse-c-differs": "SSE-C is not blocked or allowed as declared",
  stronger: "stronger than declared, and the rule says `hold`",
  "sse-c-not-stated": "a write would have to say whether SSE-C is blocked, and nobody did",
  "alias-moved": "the declared alias names another key than it was recorded to name",
  "key-missing": "there is no such key",
  "key-disabled": "the declared key is not enabled",
  "key-unusable": "the declared key is not one that S3 can use",
  "key-other-region": "the declared key is in another Region",
  "key-unknown": "the declared key could not be looked at",
  unreadable: "something that the answer depends on could not be read",
  "service-managed": "an algorithm that only an AWS service sets",
  "observe-mode": "the rule only observes",
  paused: "writes are paused",
  "pause-unknown": "whether writes are paused could not be read",
  "policy-stale": "the policy cannot be read any more, or was refused",
  "write-refused": "S3 refused the write",
  "managed-elsewhere": "somebody else's policy denies the write",
  "rule-changed-by-tags": "tags moved the bucket to another rule",
  "earlier-write-unconfirmed": "an earlier write was never seen to take",
  "compliant-again": "what was told earlier is over",
  "object-sse-c": "the object is under a key that only its writer holds (SSE-C)",
  "object-too-large": "the object is larger than the rule's `maxBytes`",
  "object-locked": "a retention or a legal hold keeps the object as it is",
  "object-replica": "the object is a replica",
  "replication-pending": "the object has still to be replicated",
  "object-archived": "the object is archived and cannot be read without restoring it",
  "object-not-current": "the object is not the newest version of its key",
  "copy-not-allowed": "only a copy would do, and the rule or the deployment does not allow copies",
  "copy-too-large": "only a copy would do, and the object is too large for one call",
  "weaker-by-tags": "the encryption would become weaker because of a tag of the bucket",
  "source-key-unusable": "the object's own key cannot be used",
  "source-key-unknown": "the object's own key could not be looked at",
  "update-unavailable": "this endpoint is not known to have UpdateObjectEncryption",
  "integrity-alarm": "an object was not what it was before Bucketseal's own write",
  "copied-too-often": "the same key was copied again and again",
  "old-version-remains": "a copy made a new version; the older one keeps its encryption",
  "objects-observed": "the rule only observes objects",
  "upload-under-way": "a multipart upload of the key is under way: a copy would bury what it comes to",
  "null-version-beneath": "versioning is suspended: a copy would replace the null version",
  "requester-pays": "a look at the object was refused, and requesters pay for the bucket",
  "directory-bucket": "a directory bucket, whose objects are not touched",
  "objects-to-backfill": "objects written while the bucket had another key may be under that key",
};

/** Reasons of looks that nobody is told of. */
type Quiet =
  | "no-rule"
  | "mode-off"
  | "exempt"
  | "bucket-gone"
  | "stronger-accepted"
  | "objects-off"
  | "key-excepted"
  | "other-source"
  | "object-gone"
  | "object-overwritten";
