import { AccountClient } from "@aws-sdk/client-account";
import { listUsableRegions } from "#aws/account/regions";
import { messageOf } from "#aws/error";
import { saveAccount } from "#aws/members/accounts";
import type { Table } from "#aws/table";
import type { Fact } from "#core/fact";
import type { OrgSettings } from "#core/org/settings";
import type { MemberSessions } from "../member/sessions.ts";
import { clientSettings } from "../runtime/client-settings.ts";
import { logger } from "../runtime/telemetry.ts";

/** The Regions that an account can use. */
export type RegionsOf = (account: string) => Promise<Fact<readonly string[]>>;

/** Asks accounts themselves, by their member roles. */
export function regionsOf(sessions: MemberSessions, { homeRegion: region }: OrgSettings): RegionsOf {
  return async (account) => {
    const session = await sessions.of(account);
    if (!session.known) return session;
    return listUsableRegions(new AccountClient({ ...clientSettings, region, credentials: { ...session.value } }));
  };
}

/**
 * Keeps which covered Regions an account has not opted in to. It is for people: a sweep goes on
 * without it, and where nobody says, what was known stays.
 */
export async function noteRegions(
  { ledger }: { readonly ledger: Table },
  ask: RegionsOf,
  account: string,
  covered: readonly string[],
): Promise<void> {
  try {
    const usable = await ask(account);
    if (!usable.known) throw new Error(`${usable.error.name}: ${usable.error.message}`);
    await saveAccount(ledger, account, { notOptedIn: covered.filter((region) => !usable.value.includes(region)) });
  } catch (error) {
    logger.warn("the Regions of an account could not be listed", { account, cause: messageOf(error) });
  }
}
