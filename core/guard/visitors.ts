/** Those whom a bucket policy lets in, as users of a key. */

import { type Admitted, admitted, type Visitor } from "#core/iam/admitted";
import { boundValues } from "#core/iam/bound-values";
import type { PolicyDocument } from "#core/iam/document";
import type { Caller } from "#core/iam/request";
import type { Statement } from "#core/iam/statement";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import type { KeyUser } from "./key-users.ts";

/** Somebody whom the key may let in: anybody but those without credentials. */
export interface NamedVisitor extends Admitted {
  readonly who: Exclude<Visitor, { readonly kind: "everybody" }>;
}

/**
 * Whom a bucket policy lets do something with objects; nobody without a policy. Whom a statement
 * describes by who they are, an organization's path or a tag say, is nobody without credentials:
 * users and roles of the bucket's own account need not be judged, others are unknown by name.
 */
export function policyVisitors(policy: PolicyDocument | null, action: string, ref: BucketRef): readonly Admitted[] {
  if (policy === null) return [];
  const found = admitted(policy, action, `arn:${ref.partition}:s3:::${ref.bucket}`, ref.account);
  return found.flatMap((each): readonly Admitted[] => {
    if (each.who.kind !== "everybody") return [each];
    const statement = policy.statements.find(({ name }) => name === each.by) as Statement;
    const described = IDENTITY.flatMap((key) => boundValues(statement, key) ?? []);
    if (described.length === 0) return [each];
    if (described.every((value) => value.split(":")[4] === ref.account)) return [];
    return [{ by: each.by, who: { kind: "unknown", name: described.join(", ") } }];
  });
}

/**
 * The users of the key that a visitor stands for: a service once for each thing it acts for, since
 * key policies pin that.
 *
 * @param how - what they do, such as `reads objects`
 */
export function keyUsers({ by, who }: NamedVisitor, action: KeyUser["action"], how: string): readonly KeyUser[] {
  const name = `${visitorName({ by, who })}, who ${how} (${safe(by)} of the bucket's policy),`;
  switch (who.kind) {
    case "service": {
      const caller: Caller = { kind: "service", service: who.service };
      const sources = who.sources.length === 0 ? [undefined] : who.sources;
      return sources.map((source) => ({ name, caller, action, keys: keysOf(source) }));
    }
    case "principal":
      return [{ name, caller: { kind: "principal", arn: who.arn, account: who.account }, action }];
    case "account":
      return [{ name, caller: { kind: "somebody", account: who.account }, action }];
    case "organization":
      return [{ name, caller: { kind: "somebody", account: null }, action, keys: { "aws:principalorgid": who.id } }];
    case "unknown":
      return [{ name, caller: { kind: "somebody", account: null }, action }];
  }
}

// --- internal ---

/** Condition keys that only a request with credentials has, by what they say of who makes it. */
const IDENTITY = ["aws:PrincipalArn", "aws:PrincipalOrgPaths", "aws:PrincipalType", "aws:userid", "aws:username"];

function visitorName({ who }: NamedVisitor): string {
  switch (who.kind) {
    case "service":
      return safe(who.service);
    case "principal":
      return safe(who.arn);
    case "account":
      return `account ${who.account}`;
    case "organization":
      return `organization ${safe(who.id)}`;
    case "unknown":
      return `somebody (${safe(who.name)})`;
  }
}

/** What a service acts for: an ARN, whose account is known then, or an account alone. */
function keysOf(source: string | undefined): NonNullable<KeyUser["keys"]> {
  if (source === undefined) return {};
  if (!source.startsWith("arn:")) return { "aws:sourceaccount": source };
  const account = source.split(":")[4];
  return { "aws:sourcearn": source, ...(account ? { "aws:sourceaccount": account } : {}) };
}
