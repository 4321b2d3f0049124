import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  EnableAWSServiceAccessCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
  TagResourceCommand,
} from "@aws-sdk/client-organizations";
import { memberRoleName } from "#core/org/names";
import { command } from "../../../../sandbox/command.ts";
import { deployStage } from "../../../../sandbox/deploy-stage.ts";
import type { SandboxOutputs } from "../../../../sandbox/outputs.ts";
import { rootOf } from "../../local-aws/local-aws.ts";
import { cliEnvironment } from "../story.ts";
import { enrol, member } from "./member.ts";
import { withOrgFiles } from "./org-files.ts";
import { AWAY, HOME, MEMBERS, UNITS, type World } from "./world.ts";

/**
 * Makes an organization in a running local AWS: a hub with the real stacks, and members that the
 * member template enrols, by plain CloudFormation. The policy is `test/e2e/org/policy.yaml`.
 */
export async function startWorld({ endpoint, callLog }: Pick<SandboxOutputs, "endpoint" | "callLog">): Promise<World> {
  const organizations = new OrganizationsClient({ endpoint, region: HOME, credentials: rootOf(MANAGER) });
  const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
  const organization = Organization?.Id ?? "";
  const root = (await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? "";
  const unit = async (Name: string) => {
    const made = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId: root, Name }));
    return made.OrganizationalUnit?.Id ?? "";
  };
  const account = async (AccountName: string) => {
    const made = new CreateAccountCommand({ AccountName, Email: `${AccountName}@example.com` });
    return (await organizations.send(made)).CreateAccountStatus?.AccountId ?? "";
  };
  const units = await named(UNITS, unit);
  const accounts = await named(MEMBERS, account);
  const hubAccount = await account("hub");
  const ServicePrincipal = "member.org.stacksets.cloudformation.amazonaws.com";
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
  await organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId: hubAccount, ServicePrincipal }));
  await organizations.send(
    new MoveAccountCommand({ AccountId: accounts.cat, SourceParentId: root, DestinationParentId: units.strict }),
  );
  const Tags = [{ Key: "env", Value: "prod" }];
  for (const ResourceId of [accounts.cat, hubAccount])
    await organizations.send(new TagResourceCommand({ ResourceId, Tags }));
  const settings = { id: organization, homeRegion: HOME, regions: [HOME, AWAY], externalId: EXTERNAL_ID };
  const ids = { STRICT: units.strict, MOVING: units.moving, HUB: hubAccount };
  const hub = await withOrgFiles(settings, ids, (files) =>
    deployStage({ endpoint, callLog }, { account: hubAccount, stage: STAGE, rootKey: hubAccount, ...files }),
  );
  const template = await command(process.execPath, ["cli/main.ts", "org", "template"], {
    cwd: process.cwd(),
    env: { PATH: process.env.PATH, ...cliEnvironment(hub, hub.credentials) },
  });
  const people = await named(MEMBERS, (name) => member(endpoint, accounts[name]));
  const where = { endpoint, template };
  const enrolled = ["ann", "ben", "cat", "suspended", "denied"] as const;
  await Promise.all([
    ...enrolled.flatMap((name) => [HOME, AWAY].map((region) => enrol(where, accounts[name], region))),
    // Its rule forwards, and the role, which is made in the home Region, is not there.
    enrol(where, accounts.roleless, AWAY),
  ]);
  return {
    organization,
    manager: MANAGER,
    root,
    units,
    hub,
    members: people,
    outsider: OUTSIDER,
    externalId: EXTERNAL_ID,
    memberRole: memberRoleName(STAGE, { role: { path: "/bucketseal/" } }),
    template,
  };
}

// --- internal ---

const MANAGER = "777700000001";
const STAGE = "org";
const OUTSIDER = "777700000002";
const EXTERNAL_ID = "7f1c5f9e-2b57-4e0d-9a34-0c1de2f3a4b5";

async function named<Name extends string, T>(
  names: readonly Name[],
  make: (name: Name) => Promise<T>,
): Promise<Record<Name, T>> {
  const made = await Promise.all(names.map(async (name) => [name, await make(name)] as const));
  return Object.fromEntries(made) as Record<Name, T>;
}
