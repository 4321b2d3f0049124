import { cut, longest } from "#core/cut";
import { safe } from "#core/safe";
import type { Trigger } from "./trigger.ts";

/**
 * Who is behind an event, by one name for all of their calls: a role whatever its session is
 * called, a user, a service; `null`: the event does not say. Two events with the same name have the
 * same actor; nothing is decided by it but whether a repeated alert is sent or counted.
 */
export function callerOf({ actor, issuer }: Pick<Trigger, "actor" | "issuer">): string | null {
  const { type, arn, accountId, invokedBy } = actor;
  if (type === "Root") return accountId === null ? arn : `the root user of ${accountId}`;
  const caller = issuer ?? (arn === null ? null : roleOf(arn)) ?? (accountId === null ? null : `account ${accountId}`);
  if (caller === null || invokedBy === null) return named(caller ?? invokedBy);
  return named(`${caller} through ${invokedBy}`);
}

/** The same for people to read; `null`: no event names anybody. */
export function callerText(caller: string | null): string {
  return caller === null ? "somebody whom no event names" : safe(caller);
}

// --- internal ---

/** `arn:aws:sts::111122223333:assumed-role/NAME/SESSION`: the session is any text. */
const SESSION = /^(arn:[^:]+:sts::[^:]*:assumed-role\/[^/]+)\/.*$/s;

function roleOf(arn: string): string {
  return SESSION.exec(arn)?.[1] ?? arn;
}

function named(name: string | null): string | null {
  return name === null ? null : cut(name, longest.arn);
}
