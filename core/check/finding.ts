/** Something that a static check found in a policy. */
export interface PolicyFinding {
  readonly severity: "error" | "warning";
  /** Where in the document, as zod's issues say it. */
  readonly path: readonly (string | number)[];
  /** The id of the rule or exemption; `null` outside of one. */
  readonly rule: string | null;
  /** Stable, for machines, such as `tag-trust`. */
  readonly code: string;
  /** One sentence that says what is wrong and how to fix it. */
  readonly message: string;
}
