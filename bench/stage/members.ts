import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { planRoleStatements } from "../../cli/accounts/plan-role.ts";
import { mapPool } from "../../cli/buckets/pool.ts";
import { fillAccount } from "./account.ts";

/** An organization whose members have the same role and the same buckets. */
export interface Members {
  readonly accounts: number;
  /** Of each account. */
  readonly buckets: number;
  readonly wrong: number;
  /** With its path. */
  readonly role: string;
}

/**
 * Fills an organization of a local AWS, each account with `fillAccount`; returns the environment of
 * a user of the management account who may ask for the accounts and assume the role.
 */
export async function fillOrganization(endpoint: string, members: Members): Promise<Record<string, string>> {
  const as = (account: string) => ({ endpoint, region: "us-east-1", credentials: rootOf(account) });
  const organizations = new OrganizationsClient(as(MANAGEMENT));
  const names = Array.from({ length: members.accounts }, (_, at) => `member-${at}`);
  const accounts = await mapPool(names, 1, (name) => createAccount(organizations, name));
  await mapPool(accounts, 4, async (account, at) => {
    await createRole(new IAMClient(as(account)), members.role);
    await fillAccount(members.buckets, members.wrong, as(account), `bench-${String(at).padStart(2, "0")}`);
  });
  const iam = new IAMClient(as(MANAGEMENT));
  const UserName = "dana";
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = policy({ Effect: "Allow", Action: "*", Resource: "*" });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "all", PolicyDocument }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { AWS_ACCESS_KEY_ID: key?.AccessKeyId ?? "", AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey ?? "" };
}

// --- internal ---

const MANAGEMENT = "111122223333";

function rootOf(account: string) {
  return { accessKeyId: account, secretAccessKey: "test" };
}

function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

async function createAccount(organizations: OrganizationsClient, AccountName: string): Promise<string> {
  const create = new CreateAccountCommand({ AccountName, Email: `${AccountName}@example.com` });
  const { CreateAccountStatus: begun } = await organizations.send(create);
  const ask = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: begun?.Id ?? "" });
  const { CreateAccountStatus: ended } = await organizations.send(ask);
  if (ended?.AccountId === undefined) throw new Error(`the account ${AccountName} was not created`);
  return ended.AccountId;
}

async function createRole(iam: IAMClient, role: string): Promise<void> {
  const [, path, RoleName = role] = /^(.*\/)?([^/]+)$/.exec(role) ?? [];
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::${MANAGEMENT}:root` } };
  const Path = path === undefined ? "/" : `/${path}`;
  await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: policy(trust) }));
  const PolicyDocument = policy(...planRoleStatements());
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "plan", PolicyDocument }));
}
