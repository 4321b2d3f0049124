import type { PolicyPointer, PolicyVersion } from "#aws/policy/items";
import { flipPointer, listVersions, putVersion, readPointer } from "#aws/policy/table";
import type { Table } from "#aws/table";
import { CliError } from "../error.ts";
import { told } from "./stored-policy.ts";

/**
 * Stores a version and puts it in force, unless another one was put in force in the meantime.
 * @param seen - the pointer that the new version was compared with; `null`: there was none
 * @throws CliError if somebody else pushed first (with who, and what happened to this version), or
 *   if it does not fit into one item
 */
export async function storePolicy(
  policies: Table,
  next: Omit<PolicyVersion, "sha256">,
  seen: PolicyPointer | null,
): Promise<void> {
  const stored = await putVersion(policies, next).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new CliError(`nothing was pushed: ${error.message}`, { code: "too-large", cause: error });
  });
  if (stored === null) {
    const [other] = await listVersions(policies, 1);
    const who = other ? told(other) : `version ${next.version}`;
    throw new CliError(`nothing was pushed: somebody pushed ${who} in the meantime; review it and push again`, {
      code: "conflict",
    });
  }
  if (await flipPointer(policies, stored, seen)) return;
  const pointer = await readPointer(policies);
  const who = pointer ? told(pointer) : "nothing";
  const kept = `yours is stored as version ${next.version} but not in force`;
  throw new CliError(
    `${kept}: somebody put ${who} in force in the meantime; review it, then \`bucketseal policy rollback ${next.version}\` or push again`,
    { code: "conflict" },
  );
}
