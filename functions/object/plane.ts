import { messageOf, RetryableError } from "#aws/error";
import type { RoleCredentials } from "#aws/sts/assume-role";
import { lastsUntil, SESSION_SECONDS } from "../member/session-span.ts";
import type { ObjectEnvironment } from "./environment.ts";

/** The hub of an object function that works in a member account. */
export interface Plane {
  /** The Region of what is the hub's. */
  readonly region: string;
  /**
   * Credentials of the hub's role for such functions, for this account only.
   * @throws RetryableError if the hub does not let us in: nothing is written then.
   */
  readonly credentials: () => Promise<RoleCredentials>;
}

/**
 * The hub that the function works for; `null`: it is in the hub itself. A session is kept until ten
 * minutes before its end, and callers at the same moment share one call.
 */
export function planeOf(settings: ObjectEnvironment, now: () => number): Plane | null {
  const { HUB_REGION: region, PLANE_ROLE_ARN: roleArn } = settings;
  if (region === undefined || roleArn === undefined) return null;
  let kept: { readonly session: Promise<RoleCredentials>; until: number } | null = null;
  return {
    region,
    credentials: () => {
      if (kept !== null && now() < kept.until) return kept.session;
      const mine = { session: assumed(settings, region, roleArn), until: Number.POSITIVE_INFINITY };
      kept = mine;
      mine.session.then(
        (session) => {
          mine.until = lastsUntil(session, now());
        },
        () => {
          if (kept === mine) kept = null;
        },
      );
      return mine.session;
    },
  };
}

// --- internal ---

/** The function of the hub itself does not load STS. */
async function assumed(settings: ObjectEnvironment, region: string, roleArn: string): Promise<RoleCredentials> {
  const { ACCOUNT_ID: account, AWS_REGION: here } = settings;
  try {
    const { hubSession } = await import("./hub-session.ts");
    return await hubSession({ region, roleArn, account, name: `${account}-${here}`, seconds: SESSION_SECONDS });
  } catch (error) {
    throw new RetryableError(`the hub does not let us in: ${messageOf(error)}`, { cause: error });
  }
}
