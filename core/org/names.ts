import { partitionOf } from "#core/names";
import type { OrgSettings } from "./settings.ts";

/** The functions of a hub that act in members. */
export type ActingFunction = "bucket" | "object" | "sweep";

/** The name of the role by which a stage's functions act in a member account. */
export function memberRoleName(stage: string, { role }: Pick<OrgSettings, "role">): string {
  return `${role.prefix ?? `bucketseal-${stage}-`}member`;
}

/**
 * The ARN of that role in an account: the one of it that the hub may assume, and by which its own
 * writes there are recognised. `account` may be `*` in a role's policy.
 */
export function memberRoleArn(stage: string, org: Pick<OrgSettings, "role" | "homeRegion">, account: string): string {
  const partition = partitionOf(org.homeRegion);
  return `arn:${partition}:iam::${account}:role${org.role.path}${memberRoleName(stage, org)}`;
}

/**
 * The name of the role of a hub's function: member roles pin it, so that no other of the hub's
 * roles can assume them, and a hub that is deployed anew finds its members as they were.
 */
export function hubRoleName(stage: string, acting: ActingFunction): string {
  return `bucketseal-${stage}-${acting}`;
}

/** The path of the hub's roles. */
export const HUB_ROLE_PATH = "/bucketseal/";

/** The event bus of the hub that members send to. */
export function hubBusName(stage: string): string {
  return `bucketseal-${stage}`;
}

/** The name of a rule on that bus. */
export function hubRuleName(stage: string, about: "buckets" | "keys"): string {
  return `bucketseal-${stage}-members-${about}`;
}

/**
 * The name of the hub's role by which the object functions in members read the policy and the
 * pause switch, keep their findings and send alerts.
 */
export function planeRoleName(stage: string): string {
  return `bucketseal-${stage}-plane`;
}

/** How the names of the object functions' roles in members begin; a Region follows. */
export function objectRolePrefix(stage: string, { role }: Pick<OrgSettings, "role">): string {
  return `${role.prefix ?? `bucketseal-${stage}-`}obj-`;
}

/** The parameter of a member that says where the queues of its object function are. */
export function memberObjectsParameter(stage: string): string {
  return `/bucketseal/${stage}/objects`;
}

/**
 * The tag of a session of that role: the account that the function is in. The ledger's items of
 * other accounts are out of its reach.
 */
export const PLANE_TAG = "bucketseal-account";

/**
 * How the name of the bucket with the object function's code begins; a Region follows, since
 * Lambda takes code from buckets of its own Region only. A bucket's name has 63 characters, and a
 * Region's 14 at most.
 */
export function codeBucketPrefix(stage: string, account: string): string {
  return `bucketseal-code-${stage.toLowerCase().slice(0, 16)}-${account}-`;
}
