import { messageOf } from "#aws/error";
import { PolicyTampered, type PolicyVersion } from "#aws/policy/items";
import type { PointerMove } from "#core/alert/policy";
import { diffPolicies } from "#core/diff/diff";
import type { Policy } from "#core/policy/policy";
import { number, type StreamChange, string } from "./stream.ts";

/**
 * The meaning of a change of the policy table: the pointer moved, a version was changed or deleted
 * behind it, or nothing to report (`null`): a new version alone.
 * @throws whatever `read` throws, except `PolicyTampered`.
 */
export async function policyChange(
  change: StreamChange,
  read: (version: number, sha256: string) => Promise<PolicyVersion>,
): Promise<PointerMove | null> {
  if (change.key.sk !== "CURRENT") {
    if (change.before === null) return null;
    const version = number(change.before, "version");
    return { kind: "refused", version, why: `version ${version}, which never changes, was changed or deleted` };
  }
  if (change.after === null) return { kind: "refused", version: null, why: "the pointer was deleted" };
  const to = number(change.after, "version") ?? 0;
  const from = change.before === null ? null : number(change.before, "version");
  const after = await refusedOr(read(to, string(change.after, "sha256")));
  if (typeof after === "string") return { kind: "refused", version: to, why: after };
  const before = from === null ? null : await refusedOr(read(from, string(change.before ?? {}, "sha256")));
  const by = string(change.after, "by");
  if (typeof before === "string") {
    return { kind: "moved", from, to, by, weaker: [`cannot be compared: ${before}`], stronger: [] };
  }
  const changes = diffPolicies(before === null ? null : policyOf(before), policyOf(after));
  const texts = (effects: readonly string[]) =>
    changes
      .filter((each) => effects.includes(each.effect))
      .map(({ subject, id, kind, text }) => `${subject} ${id} ${kind}: ${text}`);
  return { kind: "moved", from, to, by, weaker: texts(["weaker", "mixed"]), stronger: texts(["stronger"]) };
}

// --- internal ---

/** A version, or why it was refused. */
async function refusedOr(reading: Promise<PolicyVersion>): Promise<PolicyVersion | string> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof PolicyTampered) return messageOf(error);
    throw error;
  }
}

function policyOf(version: PolicyVersion): Policy {
  return JSON.parse(version.document) as Policy;
}
