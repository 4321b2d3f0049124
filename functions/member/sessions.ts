import type { STSClient } from "@aws-sdk/client-sts";
import { fact } from "#aws/fact";
import { assumeRole, type RoleCredentials } from "#aws/sts/assume-role";
import type { Fact } from "#core/fact";
import { memberRoleArn } from "#core/org/names";
import { keepNewest } from "./keep-newest.ts";
import { lastsUntil, SESSION_SECONDS } from "./session-span.ts";
import type { Org } from "./settings.ts";

/** Sessions of the role in each member account, kept for as long as an instance lives. */
export interface MemberSessions {
  /**
   * The credentials of an account's session; unknown under the name `NotEnrolled` where the account
   * does not let us in, under another where STS gives another permanent reason.
   * @throws RetryableError on throttling, 5xx and timeouts.
   */
  of(account: string): Promise<Fact<RoleCredentials>>;
  /**
   * Whether an account still lets us in, asked anew unless that was answered a moment ago: a
   * session outlives its role, and every call it makes is then denied.
   * @throws RetryableError on throttling, 5xx and timeouts.
   */
  confirm(account: string): Promise<Fact<RoleCredentials>>;
}

/** The name of the error of an account that does not let us in. */
export const NOT_ENROLLED = "NotEnrolled";

/**
 * Assumes the role in a member account once an hour at most, however many ask. A denial is
 * remembered for five minutes: events of an account that is not enrolled come by the thousand.
 */
export function memberSessions(settings: {
  readonly sts: STSClient;
  readonly org: Org;
  readonly now: () => number;
}): MemberSessions {
  const { now } = settings;
  const kept = new Map<string, Kept>();

  const ask = (account: string, goodFor: number): Promise<Fact<RoleCredentials>> => {
    const session = sessionIn(account, settings);
    const mine: Kept = { session, confirmedUntil: now() + goodFor, until: Number.POSITIVE_INFINITY };
    keepNewest(kept, account, mine, MOST);
    const forget = () => void (kept.get(account) === mine && kept.delete(account));
    session.then((found) => {
      mine.until = found.known ? lastsUntil(found.value, now()) : now() + REFUSED_MS;
    }, forget);
    return session;
  };
  const found = (account: string): Kept | undefined => {
    const last = kept.get(account);
    return last !== undefined && now() < last.until ? last : undefined;
  };
  return {
    of: (account) => found(account)?.session ?? ask(account, NEW_MS),
    confirm: (account) => {
      const last = found(account);
      return last !== undefined && now() < last.confirmedUntil ? last.session : ask(account, CONFIRMED_MS);
    },
  };
}

// --- internal ---

interface Kept {
  readonly session: Promise<Fact<RoleCredentials>>;
  /** Milliseconds since the epoch until which a denial of another call does not question it. */
  readonly confirmedUntil: number;
  /** Milliseconds since the epoch until which it counts. */
  until: number;
}

/** Sessions that are kept; one has about a kilobyte. */
const MOST = 2_000;
/** Milliseconds for which an account that does not let us in is not asked again. */
const REFUSED_MS = 5 * 60_000;
/** Milliseconds for which a new session is not questioned, whatever is denied meanwhile. */
const NEW_MS = 1_000;
/** The same once a denial made us ask: an account may deny calls by its own policies, all day. */
const CONFIRMED_MS = 60_000;
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const MAX_SESSION_NAME = 64;

function sessionIn(
  account: string,
  { sts, org }: { readonly sts: STSClient; readonly org: Org },
): Promise<Fact<RoleCredentials>> {
  const { stage, settings } = org;
  const arn = memberRoleArn(stage, settings, account);
  const name = `bucketseal-${stage}`.slice(0, MAX_SESSION_NAME);
  const options = { externalId: settings.externalId, tags: { "bucketseal:stage": stage }, seconds: SESSION_SECONDS };
  return fact("AssumeRole", async () => {
    const given = await assumeRole(sts, arn, name, options);
    if (given === null) throw new Error("STS returned no credentials");
    return given;
  }).then(asNotEnrolled);
}

/** STS says the same of a role that is missing and of one that does not trust the caller. */
function asNotEnrolled(found: Fact<RoleCredentials>): Fact<RoleCredentials> {
  if (found.known || !DENIED.has(found.error.name)) return found;
  return { known: false, error: { name: NOT_ENROLLED, message: found.error.message } };
}

const DENIED: ReadonlySet<string> = new Set(["AccessDenied", "AccessDeniedException"]);
