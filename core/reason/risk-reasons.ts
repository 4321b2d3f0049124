import type { ReasonRows } from "./row.ts";

/**
 * Reasons that put the objects themselves at risk: their content, or who can read them. Most urgent
 * first.
 */
export const riskReasons = {
  "integrity-alarm": {
    means: "a write by Bucketseal changed an object's content",
    severity: "critical",
    nextForObjects: ({ bucket, commands }) =>
      `Writes to objects of ${bucket} are stopped. Compare the named object with a backup or an older version and report it to Bucketseal's maintainers; then run: ${commands.clearAlarm}`,
  },
  "source-key-unusable": {
    means: "the object's own key cannot be used",
    severity: "critical",
    nextForObjects: () =>
      "Find out how the objects got encrypted under an unusable key. Enable it again, cancel its deletion, or have its owner share it: until then no one can read them.",
  },
  "source-key-unknown": {
    means: "the object's own key could not be read",
    severity: "critical",
    nextForObjects: () =>
      "Allow Bucketseal's role to call kms:DescribeKey on the objects' own key, and check that the key still works: until then they are not re-encrypted.",
  },
  "object-sse-c": {
    means: "the object is under a key that only its writer holds (SSE-C)",
    severity: "critical",
    nextForObjects: () =>
      "Only the holder of the key can read these objects. Have them rewritten without SSE-C, and block SSE-C on the bucket (blockSseC: true).",
  },
  "key-at-risk": {
    means: "the key that the bucket uses cannot be used, or is to be deleted",
    severity: "critical",
    next: () =>
      "Enable the key that the bucket uses again, or cancel its deletion: while it cannot be used, uploads fail and objects under it cannot be read.",
  },
  "key-state-unknown": {
    means: "the state of the key that the bucket uses could not be read",
    next: () => "Allow kms:DescribeKey on the key that the bucket uses: whether it works is not known.",
  },
  "copied-too-often": {
    means: "the same object was rewritten repeatedly",
    nextForObjects: () =>
      "Bucketseal tries again later, for about two hours, then the message is in the dead-letter queue. Find out who keeps writing these keys with another encryption, and fix that writer.",
  },
} as const satisfies ReasonRows;
