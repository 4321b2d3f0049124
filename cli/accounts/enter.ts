import { isRetryable, nameOf } from "#aws/error";
import { assumeRole } from "#aws/sts/assume-role";
import { partitionOf } from "#core/names";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { explainError } from "../line/explain-error.ts";
import type { Session } from "../session/session.ts";
import type { AskedAccounts } from "./args.ts";

/** Why nothing could be looked at in an account, and what to do about it. */
export interface Refusal {
  /**
   * `not-entered`: AWS refused the role. `not-active`: the account is suspended or closed.
   * `not-listed`: AWS refused the list of its buckets. `unreachable`: AWS did not answer.
   */
  readonly code: "not-entered" | "not-active" | "not-listed" | "unreachable";
  readonly text: string;
  readonly advice: string;
}

/** A way into an account, or why there is none. */
type Entrance = { readonly session: Session; readonly refused: null } | { readonly refused: Refusal };

/** The accounts of a run, each entered at most once. */
export interface Doors {
  /** Never throws. */
  enter(account: string): Promise<Entrance>;
}

/**
 * Opens the same role in every account but the caller's own, which is worked in with the caller's
 * own credentials.
 */
export function openDoors(session: Session, { role, externalId }: Pick<AskedAccounts, "role" | "externalId">): Doors {
  const entries = new Map<string, Promise<Entrance>>();
  const entered = async (account: string): Promise<Entrance> => {
    const caller = await session.identity();
    if (account === caller.account) return { session, refused: null };
    if (role === null) throw needsRole(account);
    const arn = `arn:${partitionOf(session.region)}:iam::${account}:role/${role}`;
    const who = (caller.arn.split("/").at(-1) ?? "cli").replace(/[^\w+=,.@-]/g, "-").slice(0, 50);
    const credentials = renewed(async () => {
      const given = await assumeRole(session.sts(), arn, `bucketseal-${who}`, { externalId });
      if (given === null) throw new CliError(`STS returned no credentials for ${safe(arn)}`);
      return given;
    });
    try {
      await credentials();
    } catch (error) {
      return { refused: refusal(error, arn, caller.arn) };
    }
    return { session: session.as(credentials, { account, arn }), refused: null };
  };
  return {
    enter: (account) => {
      const known = entries.get(account);
      if (known !== undefined) return known;
      const entry = entered(account);
      entries.set(account, entry);
      return entry;
    },
  };
}

/** @throws CliError if an account other than the caller's is to be entered without a role. */
export async function demandRole(session: Session, asked: AskedAccounts, ids: readonly string[]): Promise<void> {
  if (asked.role !== null) return;
  const { account } = await session.identity();
  const other = ids.find((id) => id !== account);
  if (other !== undefined) throw needsRole(other);
}

// --- internal ---

/**
 * Milliseconds before their end at which credentials are renewed: the SDK asks 5 minutes before.
 */
const MARGIN = 330_000;

interface Ending {
  readonly expiration?: Date;
}

/** The same credentials for all clients of an account until shortly before they end. */
function renewed<T extends Ending>(assume: () => Promise<T>): () => Promise<T> {
  let held: { readonly given: Promise<T>; until: number } | null = null;
  return async () => {
    if (held !== null && Date.now() < held.until) return held.given;
    const mine = { given: assume(), until: Number.POSITIVE_INFINITY };
    held = mine;
    try {
      const { expiration } = await mine.given;
      mine.until = expiration === undefined ? 0 : expiration.getTime() - MARGIN;
    } catch (error) {
      held = null;
      throw error;
    }
    return mine.given;
  };
}

function needsRole(account: string): CliError {
  return new CliError(
    `account ${account} is not your own: say which role to assume there, with --role NAME (what it needs: docs/accounts.md)`,
    { code: "usage" },
  );
}

/** AWS says no more than that it refuses, but for the kinds of policies that deny. */
function refusal(error: unknown, role: string, caller: string): Refusal {
  const { message } = explainError(error);
  if (isRetryable(error)) {
    return { code: "unreachable", text: `STS did not answer for ${safe(role)}: ${message}`, advice: "try again" };
  }
  const said = error instanceof Error ? error.message : "";
  const [denied] = /(?:service|resource) control policy|permissions boundary/.exec(said) ?? [];
  if (denied !== undefined) {
    const text = `a ${denied} keeps ${safe(caller)} from assuming ${safe(role)}`;
    return { code: "not-entered", text, advice: `allow sts:AssumeRole on it in that ${denied}` };
  }
  if (!DENIED.has(nameOf(error))) {
    return { code: "not-entered", text: `cannot assume ${safe(role)}: ${message}`, advice: "see what AWS says" };
  }
  return {
    code: "not-entered",
    text: `AWS does not let ${safe(caller)} assume ${safe(role)}: there is no such role, it does not trust you, it demands another external id, or you may not call sts:AssumeRole on it`,
    advice: "create the role there, or correct its trust policy, --role or --external-id",
  };
}

const DENIED: ReadonlySet<string> = new Set(["AccessDenied", "AccessDeniedException"]);
