import type { SandboxOutputs } from "../../../../sandbox/outputs.ts";
import type { UserKeys } from "../../../../sandbox/seed.ts";

/**
 * An organization in the local AWS: who manages it, the hub, its members by name, and who is
 * outside. `hub` is a delegated administrator.
 */
export interface World {
  readonly organization: string;
  /** The account that manages it. */
  readonly manager: string;
  readonly root: string;
  readonly units: Readonly<Record<UnitName, string>>;
  readonly hub: SandboxOutputs;
  readonly members: Readonly<Record<MemberName, Member>>;
  readonly outsider: string;
  readonly externalId: string;
  /** The name of the member role. */
  readonly memberRole: string;
  /** The member template as the CLI prints it. */
  readonly template: string;
}

/** A member account, and somebody in it who may use S3 and KMS freely. */
export interface Member {
  readonly account: string;
  readonly alice: UserKeys;
  /** The key that the policy declares, by Region. */
  readonly keys: Readonly<Record<string, string>>;
}

export const HOME = "us-east-1";
export const AWAY = "eu-west-1" as const;

/** `strict` buckets must use DSSE; `moving` is where an account is moved to. */
export const UNITS = ["strict", "moving"] as const;
type UnitName = (typeof UNITS)[number];

/**
 * `ann`, `ben` and `cat` are enrolled in both Regions; each of the others is for what its test does
 * to it.
 */
export const MEMBERS = ["ann", "ben", "cat", "newcomer", "suspended", "denied", "roleless"] as const;
export type MemberName = (typeof MEMBERS)[number];
