/** One statement of a role's policy. No role has rights beyond its statements. */
export interface Permission {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Where a role works: what the ARNs of its resources begin with. */
export interface Scope {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}
