import type { RoleCredentials } from "#aws/sts/assume-role";

/**
 * Seconds that a session of a role is asked for: a session of a session lasts an hour at most.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export const SESSION_SECONDS = 3600;

/**
 * Until when a session is used, in milliseconds since the epoch: ten minutes before its end, since
 * a look must end under it. Half a session that is shorter than expected still counts.
 */
export function lastsUntil({ expiration }: RoleCredentials, now: number): number {
  const end = expiration?.getTime() ?? now + SESSION_SECONDS * 1000;
  return Math.max(end - BEFORE_END_MS, now + (end - now) / 2);
}

// --- internal ---

const BEFORE_END_MS = 10 * 60_000;
