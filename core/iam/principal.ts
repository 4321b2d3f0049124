import { isEverybody, type NamedPrincipal, namedAccount, ownAccount } from "./named-principal.ts";
import type { Caller } from "./request.ts";
import { anyOf, opposite, type Truth, truthOf } from "./truth.ts";

/** A statement's `Principal` or `NotPrincipal`. */
export interface Principals {
  /** Whether everybody is meant except those who are named. */
  readonly isExcept: boolean;
  readonly named: readonly NamedPrincipal[];
}

/** Reads a `Principal`: `*`, or names by their kind; `null`: it is none. */
export function readPrincipals(given: unknown, isExcept: boolean): Principals | null {
  if (given === "*") return { isExcept, named: [{ kind: "AWS", name: "*" }] };
  if (typeof given !== "object" || given === null || Array.isArray(given)) return null;
  const named: NamedPrincipal[] = [];
  for (const [kind, names] of Object.entries(given)) {
    for (const name of Array.isArray(names) ? names : [names]) {
      if (typeof name !== "string") return null;
      named.push({ kind, name });
    }
  }
  return { isExcept, named };
}

/** Whether the caller is among the principals. */
export function includesCaller({ isExcept, named }: Principals, caller: Caller): Truth {
  if (!isExcept) return anyOf(named, (each) => namesCaller(each, caller));
  const excepted = anyOf(exceptions(named, caller), (each) => namesCaller(each, caller));
  return excepted === "yes" && !isSpared(named, caller) ? "unknown" : opposite(excepted);
}

/**
 * Whether the principals name the caller itself, or everybody. At home such an Allow needs no
 * identity policy, while one for an account only lets its identity policies decide.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function includesItself({ isExcept, named }: Principals, caller: Caller): Truth {
  return includesCaller(
    { isExcept, named: isExcept ? named : named.filter((each) => namedAccount(each) === null) },
    caller,
  );
}

// --- internal ---

function namesCaller(principal: NamedPrincipal, caller: Caller): Truth {
  if (isEverybody(principal)) return "yes";
  const { kind, name } = principal;
  switch (caller.kind) {
    case "anonymous":
      return "no";
    case "service":
      return truthOf(kind === "Service" && name.toLowerCase() === caller.service.toLowerCase());
    case "somebody":
      return namesSomebody(principal, caller.account);
    case "principal":
      if (kind === "Service") return "no";
      return kind === "AWS" ? namesPrincipal(principal, caller) : "unknown";
  }
}

/** Somebody may be whoever is named, unless their account speaks against it. */
function namesSomebody(principal: NamedPrincipal, account: string | null): Truth {
  if (account === null) return "unknown";
  const whole = namedAccount(principal);
  if (whole !== null) return truthOf(whole === account);
  const own = ownAccount(principal);
  // A user or role is no service.
  return principal.kind === "Service" || (own !== null && own !== account) ? "no" : "unknown";
}

/**
 * A name that is no ARN is a unique id such as `AROA…`, which stands there for a user or role that
 * was deleted since, or a canonical user: whose it is cannot be told.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
function namesPrincipal(principal: NamedPrincipal, { arn, account }: Caller & { readonly kind: "principal" }): Truth {
  const { name } = principal;
  const whole = namedAccount(principal);
  if (whole !== null) return truthOf(whole === account);
  if (!name.startsWith("arn:") || /[*?]/.test(name)) return "unknown";
  if (name === arn) return "yes";
  if (roleOf(name) === null || roleOf(name) !== roleOf(arn) || (isSession(name) && isSession(arn))) return "no";
  // A role stands for each of its sessions, a session for a part of its role.
  return isSession(name) ? "unknown" : "yes";
}

/**
 * The names that except the caller. An exception for a user lists their account as well, which does
 * not except the account's others.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function exceptions(named: readonly NamedPrincipal[], caller: Caller): readonly NamedPrincipal[] {
  if (caller.kind === "principal" && isRoot(caller.arn)) return named;
  const companions = new Set(named.map(ownAccount));
  return named.filter((each) => {
    const account = namedAccount(each);
    return account === null || !companions.has(account);
  });
}

/**
 * Whether an exception that names the caller has all the names that it needs: the caller with their
 * account, and a session with its role as well. With one of them missing, AWS "might deny".
 */
function isSpared(named: readonly NamedPrincipal[], caller: Caller): boolean {
  if (caller.kind === "service" || caller.kind === "anonymous" || named.some(isEverybody)) return true;
  if (caller.kind === "somebody") return false;
  const { arn, account } = caller;
  const names = named.filter(({ kind }) => kind === "AWS").map(({ name }) => name);
  const isRoleOfIt = (name: string) => !isSession(name) && roleOf(name) === roleOf(arn);
  const isWithRole = roleOf(arn) === null || (isSession(arn) && names.some(isRoleOfIt));
  return isWithRole && (isRoot(arn) || names.includes(arn)) && named.some((each) => namedAccount(each) === account);
}

function isRoot(arn: string): boolean {
  return arn.endsWith(":root");
}

function isSession(arn: string): boolean {
  return arn.includes(":assumed-role/");
}

/**
 * The account and name of a role or of a session's role, without the path, which sessions do not
 * show: names of roles are unique in their account.
 */
function roleOf(arn: string): string | null {
  const [, account, role] =
    /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ??
    /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/.exec(arn) ??
    [];
  return role === undefined ? null : `${account}/${role}`;
}
