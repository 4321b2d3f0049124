import {
  type Account,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { beforeAll, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { accountsUnder, describeAccount, everyAccount } from "#aws/organizations/accounts";
import { managementAccount } from "#aws/organizations/organization";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws, rootOf } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const hub = "111122223333";
let client: OrganizationsClient;
let member: string;

beforeAll(async () => {
  client = new OrganizationsClient({ region: "us-east-1", endpoint: aws.endpoint, credentials: rootOf(hub) });
  await client.send(new CreateOrganizationCommand({})).catch(() => undefined);
  const make = new CreateAccountCommand({ AccountName: "payments", Email: "payments@example.com" });
  member = (await client.send(make)).CreateAccountStatus?.AccountId ?? "";
});

/** A client that answers with pages of its own. */
function answering(pages: readonly (readonly Account[])[]): OrganizationsClient {
  const send = async ({ input }: { input: { NextToken?: string } }) => {
    const at = Number(input.NextToken ?? 0);
    return { Accounts: pages[at], ...(at + 1 < pages.length ? { NextToken: String(at + 1) } : {}) };
  };
  return { send } as unknown as OrganizationsClient;
}

test("the management account is named to every account of the organization; without one there is none", async () => {
  const settings = { region: "us-east-1", endpoint: aws.endpoint, credentials: rootOf(member) };
  expect(await managementAccount(new OrganizationsClient(settings))).toEqual({ known: true, value: hub });
  const send = async () => Promise.reject(Object.assign(new Error(), { name: "AWSOrganizationsNotInUseException" }));
  expect(await managementAccount({ send } as unknown as OrganizationsClient)).toEqual({ known: true, value: null });
});

test("all accounts are listed, those of a unit at any depth, and one by itself", async () => {
  const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}));
  const rootId = root?.Id ?? "";
  const unit = async (Name: string, ParentId: string) =>
    (await client.send(new CreateOrganizationalUnitCommand({ Name, ParentId }))).OrganizationalUnit?.Id ?? "";
  const outer = await unit("workloads", rootId);
  const inner = await unit("prod", outer);
  await client.send(new MoveAccountCommand({ AccountId: member, SourceParentId: rootId, DestinationParentId: inner }));
  const payments = { id: member, name: "payments", state: "ACTIVE" };
  expect(await everyAccount(client)).toContainEqual(payments);
  expect(await accountsUnder(client, outer)).toEqual([payments]);
  expect(await accountsUnder(client, inner)).toEqual([payments]);
  expect(await describeAccount(client, member)).toEqual({ known: true, value: payments });
});

test("`State` goes before the retired `Status`; an empty page is not the last", async () => {
  const accounts = await everyAccount(
    answering([[{ Id: "1", State: "SUSPENDED", Status: "ACTIVE" }], [], [{ Id: "2", Status: "PENDING_CLOSURE" }]]),
  );
  expect(accounts.map(({ state }) => state)).toEqual(["SUSPENDED", "PENDING_CLOSURE"]);
});

test("accounts are requested again when Organizations throttles", async () => {
  await withFaults(aws.endpoint, [{ kind: "throttle", service: "organizations" }], async () => {
    await expect(everyAccount(client)).rejects.toThrow(RetryableError);
  });
});
