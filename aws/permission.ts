/** One statement of a role's policy, beside nothing else: no role has rights that are not listed here. */
export interface Permission {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Scope {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}
