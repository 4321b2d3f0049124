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
