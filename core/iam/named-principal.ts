import type { Caller } from "./request.ts";

/** A principal as a statement names it: the kind, such as `AWS` or `Service`, and the name. */
export interface NamedPrincipal {
  readonly kind: string;
  readonly name: string;
}

/** Whether it stands for everybody, with credentials or without. */
export function isEverybody({ kind, name }: NamedPrincipal): boolean {
  return kind === "AWS" && name === "*";
}

/** The account that it names with all users and roles; `null`: it names no account. */
export function namedAccount({ kind, name }: NamedPrincipal): string | null {
  if (kind !== "AWS") return null;
  return /^(\d{12})$/.exec(name)?.[1] ?? /^arn:aws[a-z-]*:iam::(\d{12}):root$/.exec(name)?.[1] ?? null;
}

/**
 * The account of the user, role or session that it names (`cloudfront` for an origin access
 * identity); `null`: it names nobody of that kind.
 */
export function ownAccount(principal: NamedPrincipal): string | null {
  if (principal.kind !== "AWS" || namedAccount(principal) !== null) return null;
  return /^arn:[^:]*:(?:iam|sts)::([^:]*):/.exec(principal.name)?.[1] ?? null;
}

/** Somebody who makes a request under this name; nobody knows more than that. */
export function namedCaller(principal: NamedPrincipal): Caller {
  const { kind, name } = principal;
  if (isEverybody(principal)) return { kind: "anonymous" };
  if (kind === "Service") return { kind: "service", service: name };
  const account = ownAccount(principal);
  if (account !== null) return { kind: "principal", arn: name, account };
  return { kind: "somebody", account: namedAccount(principal) };
}
