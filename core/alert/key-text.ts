import { cut } from "#core/cut";
import type { Alert } from "./schema.ts";

type Key = NonNullable<Alert["key"]>;

/** What happened, for the subject: `key s3-default PendingDeletion, 12 buckets on it`. */
export function keyHappened(key: Key, { outcome }: Pick<Alert, "outcome">): string {
  const name = `key ${shortOf(key.name)}`;
  if (outcome === "left alone") return `${name} can be used again`;
  return `${name} ${outcome === "unreadable" ? "unreadable" : key.state}, ${dependents(key)}`;
}

export function keyHeadline(key: Key, { outcome }: Pick<Alert, "outcome">): string {
  const { name, state } = key;
  if (outcome === "left alone") return `The KMS key ${name} can be used again.`;
  if (outcome === "unreadable")
    return `Whether the KMS key ${name} can be used is not known: ${state}. On it ${depend(key)}.`;
  return `The KMS key ${name} is at risk (${state}), and on it ${depend(key)}.`;
}

// --- internal ---

/** Enough of a key's id to find it by, or an alias. */
function shortOf(arn: string): string {
  const id = arn.slice(arn.indexOf("/") + 1);
  return arn.includes(":key/") ? id.slice(0, 8) : cut(id, 24);
}

function dependents({ using, declared }: Key): string {
  const count = using + declared;
  return `${count} bucket${count === 1 ? "" : "s"} on it`;
}

function depend({ using, declared }: Key): string {
  const count = using + declared;
  return count === 1 ? "1 managed bucket depends" : `${count} managed buckets depend`;
}
