import type { PolicyDocument } from "./document.ts";
import { includesItself } from "./principal.ts";
import type { IamRequest } from "./request.ts";
import { type Statement, statementMatches } from "./statement.ts";
import { allOf, allTrue, anyOf, anyTrue, type Truth } from "./truth.ts";

/** The policies that bear on a request. */
export interface Policies {
  /** Of the user or role; `null`: nobody has looked at them. */
  readonly identity: readonly PolicyDocument[] | null;
  /** The bucket policy or key policy; `null`: there is none. */
  readonly resource: PolicyDocument | null;
  /** What the resource is: a key's policy must allow even what its own account asks. */
  readonly kind: "bucket" | "key";
  /** The account that owns the resource. */
  readonly owner: string;
  /** Service control policies of the caller's account: the documents of each level, root first. */
  readonly scps?: readonly (readonly PolicyDocument[])[];
  /** Resource control policies of the owner's account, likewise. */
  readonly rcps?: readonly (readonly PolicyDocument[])[];
}

/**
 * What the policies say: `deny` explicitly, `none` where nothing allows it, `unknown` where it
 * depends on something that is not known.
 */
export interface Access {
  readonly kind: "allow" | "deny" | "none" | "unknown";
  /** The statement that decides, or that is not known; `null`: no single one. */
  readonly by: string | null;
}

/**
 * Evaluates policies as AWS does: one Deny outweighs everything, each level of an organization must
 * allow, and so must the resource's owner and the caller's account if they are two.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export function decideAccess(policies: Policies, request: IamRequest): Access {
  const { identity, resource } = policies;
  const documents = [...(resource === null ? [] : [resource]), ...(identity ?? [])];
  const levels = levelsFor(policies, request);
  const denying = [...documents, ...levels.flat()].flatMap((each) => withEffect(each, "Deny"));
  const denied = anyOf(denying, (each) => statementMatches(each, request));
  if (denied === "yes") return { kind: "deny", by: first(denying, request, denied) };
  const allowed = allTrue(
    () => isAllowed(policies, request),
    () => allOf(levels, (level) => allows(level, request)),
  );
  if (allowed === "no") return { kind: "none", by: null };
  if (denied === "unknown") return { kind: "unknown", by: first(denying, request, denied) };
  const onResource = resource === null ? [] : withEffect(resource, "Allow");
  const itself = onResource.find((each) => matchesItself(each, request) === allowed)?.name;
  const allowing = documents.flatMap((each) => withEffect(each, "Allow"));
  return { kind: allowed === "yes" ? "allow" : "unknown", by: itself ?? first(allowing, request, allowed) };
}

// --- internal ---

/**
 * SCPs bind users and roles of the account, and neither services nor people without credentials.
 */
function levelsFor({ scps = [], rcps = [] }: Policies, { caller }: IamRequest) {
  return caller.kind === "service" || caller.kind === "anonymous" ? rcps : [...scps, ...rcps];
}

function isAllowed({ identity, resource, kind, owner }: Policies, request: IamRequest): Truth {
  const { caller } = request;
  const onResource = resource === null ? [] : withEffect(resource, "Allow");
  const byResource = () => anyOf(onResource, (each) => statementMatches(each, request));
  if (caller.kind === "service" || caller.kind === "anonymous") return byResource();
  const byIdentity = () => identityAllows(identity, request);
  const byBoth = () => allTrue(byIdentity, byResource);
  if (caller.account !== null && caller.account !== owner) return byBoth();
  const byName = () => anyOf(onResource, (each) => matchesItself(each, request));
  const atHome = anyTrue(byName, kind === "key" ? byBoth : byIdentity);
  // Somebody may come from elsewhere, where it takes both.
  return caller.account === owner || atHome === byBoth() ? atHome : "unknown";
}

/** The root user of an account needs no identity policy. */
function identityAllows(identity: Policies["identity"], request: IamRequest): Truth {
  const { caller } = request;
  if (caller.kind === "principal" && caller.arn.endsWith(":root")) return "yes";
  return identity === null ? "unknown" : allows(identity, request);
}

function allows(documents: readonly PolicyDocument[], request: IamRequest): Truth {
  const statements = documents.flatMap((each) => withEffect(each, "Allow"));
  return anyOf(statements, (each) => statementMatches(each, request));
}

/** Whether a statement of the resource's policy matches, and does not leave it to an account. */
function matchesItself(statement: Statement, request: IamRequest): Truth {
  const { principals } = statement;
  if (principals === null || principals === "unreadable") return statementMatches(statement, request);
  return allTrue(
    () => includesItself(principals, request.caller),
    () => statementMatches(statement, request),
  );
}

/** The statements of this effect, and those whose effect cannot be read. */
function withEffect({ statements }: PolicyDocument, effect: "Allow" | "Deny"): readonly Statement[] {
  return statements.filter((each) => each.effect === effect || each.effect === "unreadable");
}

function first(statements: readonly Statement[], request: IamRequest, truth: Truth): string | null {
  return statements.find((each) => statementMatches(each, request) === truth)?.name ?? null;
}
