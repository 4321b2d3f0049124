import { readAccount } from "#aws/members/accounts";
import type { Table } from "#aws/table";
import type { OrgSettings } from "#core/org/settings";

/** What an account is called; `null`: nobody said. */
export type AccountNames = (account: string) => Promise<string | null>;

/** Names that the ledger knows by a sweep, or that the hub's settings say. */
export function accountNames(ledger: Table, settings: Pick<OrgSettings, "directory">): AccountNames {
  return async (account) => {
    const said = settings.directory?.find(({ id }) => id === account)?.name;
    return (await readAccount(ledger, account))?.name ?? said ?? null;
  };
}
