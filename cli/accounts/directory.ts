import type { OrgAccount } from "#aws/organizations/accounts";
import type { Session } from "../session/session.ts";

/** What Organizations tells of accounts that a person named, where it answers the caller. */
export interface Directory {
  /** The account with its name and state, or as it is known already. Never throws. */
  describe(account: OrgAccount): Promise<OrgAccount>;
}

/** Asks until Organizations refuses, which it does for all accounts at once. */
export function openDirectory(session: Session): Directory {
  let answers = true;
  return {
    describe: async (account) => {
      if (account.state !== null || !answers) return account;
      const { describeAccount } = await import("#aws/organizations/accounts");
      try {
        const found = await describeAccount(await session.organizations(), account.id);
        answers = found.known;
        return found.known && found.value !== null ? found.value : account;
      } catch {
        // Throttled: what is shown without a name is shown all the same.
        return account;
      }
    },
  };
}
