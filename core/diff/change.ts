/** One difference between two policies. */
export interface PolicyChange {
  readonly subject: "policy" | "key" | "rule" | "exemption";
  /** The id of the rule or exemption, the name of the key, or a field of the policy itself. */
  readonly id: string;
  readonly kind: "added" | "removed" | "changed" | "moved";
  /** The effect on the buckets concerned. */
  readonly effect: "weaker" | "stronger" | "neutral" | "mixed";
  /**
   * What changed and why it has that effect: one line without a full stop, not escaped for display.
   */
  readonly text: string;
}
