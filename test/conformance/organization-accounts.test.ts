import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  EnableAWSServiceAccessCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListDelegatedAdministratorsCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  MoveAccountCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-organizations";
import { beforeAll, describe, expect, test } from "vitest";
import { clients } from "../support/local-aws/clients.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { rootOf } from "../support/local-aws/local-aws.ts";
import { onAws } from "./s3-setting.ts";

// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html

const aws = conformance();
const ServicePrincipal = "member.org.stacksets.cloudformation.amazonaws.com";
let manager: OrganizationsClient;
let root: string;
let unit: string;
let id: string;
let member: string;
let delegate: string;

const as = (account: string) =>
  new OrganizationsClient({ region: aws.region, endpoint: aws.endpoint ?? "", credentials: rootOf(account) });

async function create(AccountName: string): Promise<string> {
  const Email = `${aws.prefix}-${AccountName}@example.com`;
  const { CreateAccountStatus } = await manager.send(new CreateAccountCommand({ AccountName, Email }));
  return CreateAccountStatus?.AccountId ?? "";
}

// On AWS this takes an organization, which a test must not touch.
describe.skipIf(onAws)("an organization's accounts", () => {
  beforeAll(async () => {
    manager = as(aws.account);
    id = (await manager.send(new DescribeOrganizationCommand({}))).Organization?.Id ?? "";
    root = (await manager.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? "";
    const made = await manager.send(new CreateOrganizationalUnitCommand({ ParentId: root, Name: "unit" }));
    unit = made.OrganizationalUnit?.Id ?? "";
    expect(made.OrganizationalUnit).toMatchObject({ Path: `${id}/${root}/${unit}/` });
    [member, delegate] = [await create("member"), await create("delegate")];
    await manager.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    await manager.send(new RegisterDelegatedAdministratorCommand({ AccountId: delegate, ServicePrincipal }));
  });

  test("have a State and their path, and no Status", async () => {
    const { Account } = await manager.send(new DescribeAccountCommand({ AccountId: member }));
    expect(Account).toMatchObject({ State: "ACTIVE", Paths: [`${id}/${root}/${member}/`] });
    expect(Account).not.toHaveProperty("Status");
    const move = { AccountId: member, SourceParentId: root, DestinationParentId: unit };
    await manager.send(new MoveAccountCommand(move));
    const moved = await manager.send(new ListAccountsForParentCommand({ ParentId: unit }));
    expect(moved.Accounts?.map(({ Paths }) => Paths)).toEqual([[`${id}/${root}/${unit}/${member}/`]]);
  });

  test("that were closed say so, and the management account cannot be", async () => {
    const closed = await create("closed");
    await manager.send(new CloseAccountCommand({ AccountId: closed }));
    const { Account } = await manager.send(new DescribeAccountCommand({ AccountId: closed }));
    expect(Account?.State).toBe("CLOSED");
    const own = manager.send(new CloseAccountCommand({ AccountId: aws.account }));
    await expect(own).rejects.toHaveProperty("name", "ConstraintViolationException");
  });

  test("that AWS suspends say so, until they are let go", async () => {
    const suspended = await create("suspended");
    for (const state of ["SUSPENDED", "ACTIVE"]) {
      const query = new URLSearchParams({ account: suspended, manager: aws.account, state });
      await fetch(`${aws.endpoint}/_bucketseal/organization/state?${query}`, { method: "PUT" });
      const { Account } = await manager.send(new DescribeAccountCommand({ AccountId: suspended }));
      expect(Account?.State).toBe(state);
    }
  });

  test("may not ask about each other, but a delegated administrator may read", async () => {
    const asks = (account: string) => [
      as(account).send(new ListAccountsCommand({})),
      as(account).send(new DescribeAccountCommand({ AccountId: member })),
      as(account).send(new ListParentsCommand({ ChildId: member })),
      as(account).send(new ListDelegatedAdministratorsCommand({})),
    ];
    for (const asked of asks(member))
      await expect(asked).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: "You don't have permissions to access this resource.",
      });
    const [accounts, ...rest] = await Promise.all(asks(delegate));
    expect(accounts).toMatchObject({ Accounts: expect.arrayContaining([expect.objectContaining({ Id: member })]) });
    expect(rest.at(-1)).toMatchObject({ DelegatedAdministrators: [{ Id: delegate, State: "ACTIVE" }] });
    const tag = new TagResourceCommand({ ResourceId: member, Tags: [{ Key: "a", Value: "b" }] });
    await expect(as(delegate).send(tag)).rejects.toHaveProperty("name", "AccessDeniedException");
    const { Organization } = await as(member).send(new DescribeOrganizationCommand({}));
    expect(Organization).toMatchObject({ Id: id, MasterAccountId: aws.account });
  });

  test("are listed in pages, and an empty page is not the last one", async () => {
    const small = await manager.send(new ListAccountsCommand({ MaxResults: 1 }));
    expect(small.Accounts).toHaveLength(1);
    const second = await manager.send(new ListAccountsCommand({ MaxResults: 1, NextToken: small.NextToken }));
    expect(second).toMatchObject({ Accounts: [], NextToken: expect.any(String) });
    const found: (string | undefined)[] = [];
    for (let NextToken: string | undefined, pages = 0; pages === 0 || NextToken !== undefined; pages += 1) {
      const page = await manager.send(new ListAccountsCommand({ MaxResults: 2, NextToken }));
      found.push(...(page.Accounts ?? []).map(({ Id }) => Id));
      NextToken = page.NextToken;
    }
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining([aws.account, member, delegate]));
    const many = manager.send(new ListAccountsCommand({ MaxResults: 21 }));
    await expect(many).rejects.toHaveProperty("name", "InvalidInputException");
    const other = new ListParentsCommand({ ChildId: member, NextToken: small.NextToken });
    await expect(manager.send(other)).rejects.toHaveProperty("name", "InvalidInputException");
  });

  // https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html
  test("have tags, which the management account sets, delegated administrators read, and they themselves do not", async () => {
    const ResourceId = await create("tagged");
    const list = (client: OrganizationsClient, NextToken?: string) =>
      client.send(new ListTagsForResourceCommand({ ResourceId, NextToken }));
    expect((await list(manager)).Tags).toEqual([]);
    const Tags = Array.from({ length: 25 }, (_, at) => ({ Key: `tag-${at}`, Value: at === 0 ? "" : `${at}` }));
    await manager.send(new TagResourceCommand({ ResourceId, Tags }));
    const found: object[] = [];
    for (let NextToken: string | undefined, pages = 0; pages === 0 || NextToken !== undefined; pages += 1) {
      const page = await list(as(delegate), NextToken);
      found.push(...(page.Tags ?? []));
      NextToken = page.NextToken;
    }
    expect(found).toEqual(Tags);
    await manager.send(new TagResourceCommand({ ResourceId, Tags: [{ Key: "tag-1", Value: "other" }] }));
    await manager.send(new UntagResourceCommand({ ResourceId, TagKeys: Tags.slice(2).map(({ Key }) => Key) }));
    expect((await list(manager)).Tags).toEqual([
      { Key: "tag-0", Value: "" },
      { Key: "tag-1", Value: "other" },
    ]);
    const refused = { name: "AccessDeniedException" };
    await expect(list(as(ResourceId))).rejects.toMatchObject(refused);
    for (const change of [
      new TagResourceCommand({ ResourceId, Tags }),
      new UntagResourceCommand({ ResourceId, TagKeys: ["tag-0"] }),
    ])
      await expect(as(ResourceId).send(change as TagResourceCommand)).rejects.toMatchObject(refused);
    const nobody = new ListTagsForResourceCommand({ ResourceId: "999999999999" });
    await expect(manager.send(nobody)).rejects.toHaveProperty("name", "TargetNotFoundException");
  });

  test("are what a permission names", async () => {
    const on = (Resource: string) => [{ Effect: "Allow", Action: "organizations:*", Resource }];
    const arn = `arn:aws:organizations::${aws.account}:account/${id}/${member}`;
    const { sts } = await aws.otherUser(on(arn));
    const user = new OrganizationsClient({
      region: aws.region,
      endpoint: aws.endpoint ?? "",
      credentials: sts.config.credentials,
    });
    await user.send(new DescribeAccountCommand({ AccountId: member }));
    await user.send(new ListParentsCommand({ ChildId: member }));
    await user.send(new ListTagsForResourceCommand({ ResourceId: member }));
    for (const other of [
      new ListAccountsCommand({}),
      new DescribeAccountCommand({ AccountId: delegate }),
      new ListTagsForResourceCommand({ ResourceId: delegate }),
    ])
      await expect(user.send(other as ListAccountsCommand)).rejects.toThrow(/is not authorized/);
  });

  test("put no event on a bus of an account that does not admit them", async () => {
    const EventBusName = `arn:aws:events:${aws.region}:${aws.account}:event-bus/default`;
    const Entries = [{ Source: "custom", DetailType: "x", Detail: "{}", EventBusName }];
    const { events } = clients({ endpoint: aws.endpoint, credentials: rootOf(member) });
    const put = events.send(new PutEventsCommand({ Entries }));
    await expect(put).rejects.toHaveProperty("name", "AccessDeniedException");
  });
});
