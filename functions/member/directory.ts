/** Accounts of the organization: what the hub knows of them, and how it acts in them. */

import type { OrganizationsClient } from "@aws-sdk/client-organizations";
import { unknownOrThrow } from "#aws/error";
import { listAccountTags } from "#aws/organizations/account-tags";
import { accountsUnder, describeAccount, everyAccount, type OrgAccount } from "#aws/organizations/accounts";
import { listAncestors } from "#aws/organizations/ancestors";
import type { Fact } from "#core/fact";
import type { OrgSettings } from "#core/org/settings";
import { BoundedFacts } from "./bounded-facts.ts";

/**
 * What is known of accounts: by AWS Organizations where the hub may ask, else by the directory of
 * its settings, else nothing. That somebody may not ask is never an answer about an account.
 */
export interface MemberDirectory {
  /** The ids of the units above an account, nearest first, the root last. */
  ous(account: string): Promise<Fact<readonly string[]>>;
  /** The tags of an account. */
  tags(account: string): Promise<Fact<Readonly<Record<string, string>>>>;
  /** `null`: it is none of the organization's. */
  account(account: string): Promise<Fact<OrgAccount | null>>;
  /** The accounts that the hub looks after, in the order of their ids. */
  accounts(): Promise<Fact<readonly OrgAccount[]>>;
}

/**
 * @param client - loads the client: only policies that match on units or account tags, and sweeps
 *   of an organization, need it
 * @param settings - `null`: the deployment looks after its own account only
 */
export function memberDirectory(
  client: () => Promise<OrganizationsClient>,
  settings: Pick<OrgSettings, "ous" | "accounts" | "directory"> | null,
  now: () => number,
): MemberDirectory {
  const ous = new BoundedFacts<readonly string[]>(now);
  const tags = new BoundedFacts<Readonly<Record<string, string>>>(now);
  const accounts = new BoundedFacts<OrgAccount | null>(now);
  const said = new Map(settings?.directory?.map((entry) => [entry.id, entry]));
  return {
    ous: (account) =>
      ous.get(account, async () => orElse(await listAncestors(await client(), account), said.get(account)?.ous)),
    tags: (account) =>
      tags.get(account, async () => orElse(await listAccountTags(await client(), account), said.get(account)?.tags)),
    account: (account) =>
      accounts.get(account, async () => {
        const entry = said.get(account);
        return orElse(await describeAccount(await client(), account), entry && accountOf(entry));
      }),
    accounts: async () => {
      const listed = await listedBy(await client(), settings?.ous);
      const all = listed.known ? listed : fromDirectory(settings, listed);
      if (!all.known) return all;
      const named = settings?.accounts;
      const byId = new Map(all.value.map((account) => [account.id, account]));
      const found: OrgAccount[] = named?.map((id) => byId.get(id) ?? { id, name: null, state: null }) ?? [
        ...byId.values(),
      ];
      return { known: true, value: found.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
    },
  };
}

// --- internal ---

type Entry = NonNullable<OrgSettings["directory"]>[number];

function accountOf({ id, name, state }: Entry): OrgAccount {
  return { id, name: name ?? null, state };
}

function orElse<T>(asked: Fact<T>, said: T | undefined): Fact<T> {
  return asked.known || said === undefined ? asked : { known: true, value: said };
}

async function listedBy(
  client: OrganizationsClient,
  units: readonly string[] | undefined,
): Promise<Fact<readonly OrgAccount[]>> {
  try {
    if (units === undefined) return { known: true, value: await everyAccount(client) };
    const found: OrgAccount[] = [];
    for (const unit of units) found.push(...(await accountsUnder(client, unit)));
    return { known: true, value: found };
  } catch (error) {
    return unknownOrThrow(error, "the accounts of the organization");
  }
}

/** Named accounts are known by name at least. */
function fromDirectory(
  settings: Pick<OrgSettings, "ous" | "accounts" | "directory"> | null,
  denied: Fact<readonly OrgAccount[]>,
): Fact<readonly OrgAccount[]> {
  const { directory, ous, accounts } = settings ?? {};
  if (directory === undefined) return accounts === undefined ? denied : { known: true, value: [] };
  const inside = directory.filter((entry) => ous === undefined || entry.ous.some((unit) => ous.includes(unit)));
  return { known: true, value: inside.map(accountOf) };
}
