/** A finding of a static check. */
export interface PolicyFinding {
  readonly severity: "error" | "warning";
  /** The path in the document, in the format of zod's issues. */
  readonly path: readonly (string | number)[];
  /** The id of the rule or exemption; `null` if it concerns neither. */
  readonly rule: string | null;
  /** Stable, for machines, such as `tag-trust`. */
  readonly code: string;
  /** One sentence that says what is wrong and how to fix it. */
  readonly message: string;
}
