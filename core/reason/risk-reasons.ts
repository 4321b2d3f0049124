import type { ReasonRows } from "./row.ts";

/** Reasons to fear for objects themselves: what they hold, or who can still read it. The most urgent first. */
export const riskReasons = {
  "integrity-alarm": {
    means: "an object was not what it was before Bucketseal's own write",
    severity: "critical",
    nextForObjects: ({ bucket }) =>
      `Writes to objects of ${bucket} are stopped. Compare the named object with a backup or an older version and tell Bucketseal's maintainers; then run: bucketseal alarm clear ${bucket}`,
  },
  "source-key-unusable": {
    means: "the object's own key cannot be used",
    severity: "critical",
    nextForObjects: () =>
      "Find out how the objects came under a key that cannot be used. Enable it again, cancel its deletion, or have its owner share it: until then nobody can read them.",
  },
  "source-key-unknown": {
    means: "the object's own key could not be looked at",
    severity: "high",
    nextForObjects: () =>
      "Let Bucketseal's role call kms:DescribeKey on the objects' own key, and see whether that key still works: until then they are not re-encrypted.",
  },
  "object-sse-c": {
    means: "the object is under a key that only its writer holds (SSE-C)",
    nextForObjects: () =>
      "Only whoever holds the key can read these objects. Have them written again without SSE-C, and block SSE-C on the bucket (blockSseC: true).",
  },
  "copied-too-often": {
    means: "the same key was written again and again",
    nextForObjects: () => "Find out who keeps writing these keys with another encryption, and mend that writer.",
  },
} as const satisfies ReasonRows;
