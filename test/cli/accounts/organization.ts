import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  DescribeCreateAccountStatusCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { planRoleStatements } from "../../../cli/accounts/plan-role.ts";
import { eventually } from "../../support/local-aws/eventually.ts";
import { account, type Cloud } from "../cloud.ts";

/** The organization whose management account is that of the tests of the CLI. */
export interface Organization {
  readonly client: OrganizationsClient;
  readonly root: string;
  /** Creates an account; returns its id. */
  member(name: string): Promise<string>;
  /** Creates a unit; returns its id. */
  unit(name: string, parent?: string): Promise<string>;
  move(member: string, to: string): Promise<void>;
}

export async function organization(aws: Cloud): Promise<Organization> {
  const credentials = { accessKeyId: account, secretAccessKey: "test" };
  const client = new OrganizationsClient({ endpoint: aws.endpoint, region: "us-east-1", credentials });
  const { Roots: [{ Id: root = "" } = {}] = [] } = await client.send(new ListRootsCommand({}));
  const member: Organization["member"] = async (AccountName) => {
    const Email = `${AccountName}@example.com`;
    const { CreateAccountStatus } = await client.send(new CreateAccountCommand({ AccountName, Email }));
    const asked = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus?.Id ?? "" });
    return eventually("the account", async () => (await client.send(asked)).CreateAccountStatus?.AccountId);
  };
  const unit: Organization["unit"] = async (Name, ParentId = root) => {
    const made = await client.send(new CreateOrganizationalUnitCommand({ Name, ParentId }));
    return made.OrganizationalUnit?.Id ?? "";
  };
  const move: Organization["move"] = async (AccountId, DestinationParentId) => {
    await client.send(new MoveAccountCommand({ AccountId, SourceParentId: root, DestinationParentId }));
  };
  return { client, root, member, unit, move };
}

/** Creates the role by which `plan` looks at a member, with the least rights. */
export async function auditRole(
  aws: Cloud,
  member: string,
  { externalId, trusts = account }: { readonly externalId?: string; readonly trusts?: string } = {},
): Promise<void> {
  const { iam } = aws.root("us-east-1", member);
  const RoleName = "Audit";
  const Path = "/security/";
  const trust = {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { AWS: `arn:aws:iam::${trusts}:root` },
    ...(externalId === undefined ? {} : { Condition: { StringEquals: { "sts:ExternalId": externalId } } }),
  };
  const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: document(trust) }));
  const PolicyDocument = document(...planRoleStatements());
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "plan", PolicyDocument }));
}
