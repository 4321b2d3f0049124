/** The request that IAM policies are judged for. */
export interface IamRequest {
  /** Such as `s3:PutObject`. */
  readonly action: string;
  /** The ARN of the bucket, object or key. */
  readonly resource: string;
  readonly caller: Caller;
  readonly context: RequestContext;
}

/** Who makes a request. */
export type Caller =
  /** A user, a role (any of its sessions), one session, or the root user of an account. */
  | { readonly kind: "principal"; readonly arn: string; readonly account: string }
  /** A service on its own behalf, such as `logging.s3.amazonaws.com`. */
  | { readonly kind: "service"; readonly service: string }
  /** Somebody without credentials. */
  | { readonly kind: "anonymous" }
  /** Somebody, of this account if it is known. */
  | { readonly kind: "somebody"; readonly account: string | null };

/**
 * The condition keys of a request. A key that is not listed is unknown, or absent if the list is
 * whole: a request whose keys are only partly known must not look like one that lacks the others.
 */
export interface RequestContext {
  /** By name in lower case; `null`: surely absent, `undefined`: not known. */
  readonly keys: Readonly<Record<string, ContextValue | null | undefined>>;
  /** Whether every other key is surely absent. */
  readonly isWhole: boolean;
}

/** The value of a condition key; a list if the key is multivalued. */
export type ContextValue = string | readonly string[];

/**
 * The values of a condition key; `null`: it is absent, `"unknown"`: nobody knows. The names of
 * condition keys are not case-sensitive.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function valuesOf({ keys, isWhole }: RequestContext, key: string): readonly string[] | null | "unknown" {
  const name = key.toLowerCase();
  if (!Object.hasOwn(keys, name)) return isWhole ? null : "unknown";
  const value = keys[name];
  if (value === undefined) return "unknown";
  return typeof value === "string" ? [value] : value;
}
