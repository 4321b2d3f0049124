import {
  type Account,
  DescribeAccountCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  type OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { orRetryable } from "#aws/error";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/** An account of the organization. */
export interface OrgAccount {
  readonly id: string;
  readonly name: string | null;
  /** `ACTIVE`, or why nothing can be done in it; `null`: Organizations did not say. */
  readonly state: string | null;
}

/**
 * Every account of the organization. Only its management account and delegated administrators may
 * ask.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function everyAccount(organizations: OrganizationsClient): Promise<OrgAccount[]> {
  const accounts = await pages(async (NextToken) => {
    const page = await orRetryable("ListAccounts", () => organizations.send(new ListAccountsCommand({ NextToken })));
    return { items: page.Accounts, next: page.NextToken };
  });
  return accounts.map(orgAccount);
}

/**
 * The accounts under an organizational unit or root, at any depth.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function accountsUnder(organizations: OrganizationsClient, unit: string): Promise<OrgAccount[]> {
  const found: OrgAccount[] = [];
  const units = [unit];
  for (let ParentId = units.pop(); ParentId !== undefined; ParentId = units.pop()) {
    const parent = { ParentId };
    const accounts = await pages(async (NextToken) => {
      const list = new ListAccountsForParentCommand({ ...parent, NextToken });
      const page = await orRetryable("ListAccountsForParent", () => organizations.send(list));
      return { items: page.Accounts, next: page.NextToken };
    });
    found.push(...accounts.map(orgAccount));
    const below = await pages(async (NextToken) => {
      const list = new ListOrganizationalUnitsForParentCommand({ ...parent, NextToken });
      const page = await orRetryable("ListOrganizationalUnitsForParent", () => organizations.send(list));
      return { items: page.OrganizationalUnits, next: page.NextToken };
    });
    units.push(...below.flatMap(({ Id: id }) => (id === undefined ? [] : [id])));
  }
  return found;
}

/**
 * One account of the organization; `null`: it is not one of its accounts.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function describeAccount(
  organizations: OrganizationsClient,
  account: string,
): Promise<Fact<OrgAccount | null>> {
  return fact<OrgAccount | null>(
    "DescribeAccount",
    async () => {
      const { Account: described } = await organizations.send(new DescribeAccountCommand({ AccountId: account }));
      return described === undefined ? null : orgAccount(described);
    },
    { AccountNotFoundException: null },
  );
}

// --- internal ---

/**
 * `State` replaced `Status` in September 2026; stores that do not know it answer with `Status`
 * alone.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
 */
function orgAccount({ Id: id = "", Name: name, State: state, Status: status }: Account): OrgAccount {
  return { id, name: name || null, state: state ?? status ?? null };
}

/** All items: Organizations may return an empty page that is not the last. */
async function pages<Item>(
  page: (token: string | undefined) => Promise<{ items: Item[] | undefined; next: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  do {
    const { items = [], next } = await page(token);
    all.push(...items);
    token = next;
  } while (token !== undefined);
  return all;
}
