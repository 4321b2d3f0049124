import { type PolicyPointer, PolicyTampered, type PolicyVersion } from "#aws/policy/items";
import { readPointer, readVersion } from "#aws/policy/table";
import type { Table } from "#aws/table";
import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { Output } from "../terminal/output.ts";

/** The version in force, to compare with. */
export interface Current {
  readonly pointer: PolicyPointer | null;
  /** `null`: none yet, or it cannot be trusted. */
  readonly version: PolicyVersion | null;
  readonly policy: Policy | null;
}

/** Reads the pointer and its version; warns about a version that does not match its pointer. */
export async function readCurrent(policies: Table, out: Output): Promise<Current> {
  const pointer = await readPointer(policies);
  if (pointer === null) return { pointer, version: null, policy: null };
  try {
    const version = await readVersion(policies, pointer.version, pointer.sha256);
    return { pointer, version, policy: JSON.parse(version.document) as Policy };
  } catch (error) {
    if (!(error instanceof PolicyTampered)) throw error;
    out.note(
      `warning: the policy in force does not match its pointer (${safe(error.message)}); comparing with no policy`,
    );
    return { pointer, version: null, policy: null };
  }
}

/** @throws CliError if there is no such version, or it does not match its hash */
export async function readNamed(policies: Table, version: number): Promise<PolicyVersion> {
  try {
    return await readVersion(policies, version);
  } catch (error) {
    if (!(error instanceof PolicyTampered)) throw error;
    throw new CliError(`${safe(error.message)}: run \`bucketseal policy versions\``, {
      code: "no-version",
      cause: error,
    });
  }
}

/** @throws CliError if the text is not a version number */
export function versionNumber(text: string): number {
  const number = Number(text.replace(/^v/, ""));
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new CliError(`a version is a number such as 3, not "${safe(text)}"`, { code: "usage" });
}

/** `version 3 (arn:…, 2026-11-21T08:15:19.200Z)`. */
export function told({ version, by, at }: Pick<PolicyPointer, "version" | "by" | "at">): string {
  return `version ${version} (${safe(by)}, ${safe(at)})`;
}
