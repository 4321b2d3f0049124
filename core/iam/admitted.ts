import { boundValues } from "./bound-values.ts";
import { decideAccess } from "./decide.ts";
import type { PolicyDocument } from "./document.ts";
import { isEverybody, type NamedPrincipal, namedAccount, ownAccount } from "./named-principal.ts";
import type { Caller } from "./request.ts";
import { sampleObjects } from "./sample-objects.ts";
import { type Statement, statementMatches } from "./statement.ts";

/** Somebody whom a bucket policy lets in, and the statement that does. */
export interface Admitted {
  readonly by: string;
  readonly who: Visitor;
}

export type Visitor =
  /** Whoever meets the statement's conditions, also without credentials. */
  | { readonly kind: "everybody" }
  | { readonly kind: "organization"; readonly id: string }
  | { readonly kind: "account"; readonly account: string }
  /** A user, role or session; `account` is `cloudfront` for an origin access identity. */
  | { readonly kind: "principal"; readonly arn: string; readonly account: string }
  /** `sources`: what the service acts for, as far as the statement says. */
  | { readonly kind: "service"; readonly service: string; readonly sources: readonly string[] }
  /** Somebody whose name cannot be read: a deleted user, a canonical user, a statement of ours. */
  | { readonly kind: "unknown"; readonly name: string };

/**
 * Whom a bucket policy lets do something with objects of the bucket, such as `s3:GetObject`. What
 * nobody can judge, such as a condition on addresses, is taken to let them in; whom the policy
 * denies the same for sure is left out.
 */
export function admitted(
  policy: PolicyDocument,
  action: string,
  bucketArn: string,
  owner: string,
): readonly Admitted[] {
  return policy.statements.flatMap((statement) => {
    if (statement.effect === "Deny") return [];
    const objects = sampleObjects(statement, bucketArn);
    const isLetIn = (who: Visitor) =>
      objects.some((resource) => {
        const request = { action, resource, caller: callerOf(who), context: { keys: {}, isWhole: false } };
        if (statementMatches(statement, request) === "no") return false;
        return decideAccess({ identity: [], resource: policy, kind: "bucket", owner }, request).kind !== "deny";
      });
    return visitors(statement)
      .filter(isLetIn)
      .map((who) => ({ by: statement.name, who }));
  });
}

// --- internal ---

function visitors(statement: Statement): readonly Visitor[] {
  const { principals, name } = statement;
  if (principals === null || principals === "unreadable") return [{ kind: "unknown", name }];
  if (principals.isExcept) return [{ kind: "everybody" }];
  return principals.named.flatMap((each) =>
    isEverybody(each) ? boundVisitors(statement) : [visitor(each, statement)],
  );
}

function visitor(named: NamedPrincipal, statement: Statement): Visitor {
  const { kind, name } = named;
  if (kind === "Service") {
    const sources = boundValues(statement, "aws:SourceArn") ?? boundValues(statement, "aws:SourceAccount") ?? [];
    return { kind: "service", service: name, sources };
  }
  const account = namedAccount(named);
  if (account !== null) return { kind: "account", account };
  const own = ownAccount(named);
  return own === null ? { kind: "unknown", name } : { kind: "principal", arn: name, account: own };
}

/**
 * Condition keys that say who it is, and the form in which a value of them names somebody.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 */
const NAMING: readonly (readonly [key: string, form: RegExp, of: (value: string) => Visitor])[] = [
  [
    "aws:PrincipalArn",
    /^arn:[^:*?]*:(?:iam|sts)::\d{12}:[^*?]+$/,
    (arn) => ({ kind: "principal", arn, account: arn.split(":")[4] as string }),
  ],
  ["aws:PrincipalAccount", /^\d{12}$/, (account) => ({ kind: "account", account })],
  ["s3:DataAccessPointAccount", /^\d{12}$/, (account) => ({ kind: "account", account })],
  ["aws:PrincipalOrgID", /^o-[a-z0-9]+$/, (id) => ({ kind: "organization", id })],
  ["aws:PrincipalServiceName", /^[a-z0-9.-]+$/, (service) => ({ kind: "service", service, sources: [] })],
];

/** Everybody, or those whom the conditions name. */
function boundVisitors(statement: Statement): readonly Visitor[] {
  for (const [key, form, of] of NAMING) {
    const values = boundValues(statement, key);
    if (values?.every((value) => form.test(value))) return values.map(of);
  }
  return [{ kind: "everybody" }];
}

function callerOf(who: Visitor): Caller {
  switch (who.kind) {
    case "everybody":
      return { kind: "anonymous" };
    case "service":
    case "principal":
      return who;
    case "account":
      return { kind: "somebody", account: who.account };
    default:
      return { kind: "somebody", account: null };
  }
}
