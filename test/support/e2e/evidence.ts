import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { findDeployments } from "#aws/ssm/deployment";
import type { SandboxOutputs } from "../../../sandbox/outputs.ts";
import { readCalls } from "../local-aws/call-log.ts";
import { clients } from "../local-aws/clients.ts";
import { type LoggedCall, rootOf } from "../local-aws/local-aws.ts";
import type { World } from "./org/world.ts";

/** What one sandbox shows of the roles that are deployed in it. */
export interface Evidence {
  readonly calls: readonly LoggedCall[];
  readonly roles: Readonly<Record<Role, RoleEvidence>>;
  /** The member role of an account that the hub acts in, where the sandbox is one; it is inline. */
  readonly member?: RoleEvidence;
  /** The hub's role for object functions in members. */
  readonly plane?: RoleEvidence;
  /** The role of an object function in a member; it is inline. */
  readonly objects?: RoleEvidence;
}

interface RoleEvidence {
  readonly name: string;
  /** The names of policies inside the role; there should be none. */
  readonly inline: readonly string[];
  /** The actions that its policies allow. */
  readonly granted: readonly string[];
}

/** The roles, with their names in the deployment record. */
const RECORDED = {
  bucket: "bucketRoleArn",
  policy: "policyRoleArn",
  push: "pushRoleArn",
  operator: "operatorRoleArn",
  redrive: "redriveRoleArn",
  object: "objectRoleArn",
  "object redrive": "objectRedriveRoleArn",
  sweep: "sweepRoleArn",
  start: "startRoleArn",
  backfill: "backfillFunctionRoleArn",
} as const;

export type Role = keyof typeof RECORDED;

export const ROLES = Object.keys(RECORDED) as Role[];

/** The directory in which end-to-end tests of several processes leave their evidence, if any. */
export const evidenceDirectory = process.env.BUCKETSEAL_EVIDENCE;

/** Reads the grants of a sandbox's roles, and every call that was made in it so far. */
export async function evidenceOf(sandbox: SandboxOutputs): Promise<Evidence> {
  const { endpoint, region, rootCredentials } = sandbox;
  const root = clients({ endpoint, region, credentials: { ...rootCredentials } });
  const [deployment] = await findDeployments(root.ssm);
  const roles = await Promise.all(
    ROLES.map(async (role) => [role, await roleOf(root.iam, deployment?.[RECORDED[role]])] as const),
  );
  return {
    calls: await readCalls(sandbox.callLog),
    roles: Object.fromEntries(roles) as Record<Role, RoleEvidence>,
  };
}

/** The same of the hub of an organization, and of the role by which it acts in a member. */
export async function hubEvidence({ hub, members, memberRole }: World): Promise<Evidence> {
  const iam = clients({ ...hub, credentials: rootOf(members.ann.account) }).iam;
  const [RoleName, PolicyName] = [memberRole, "buckets"];
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  const member = { name: RoleName, inline: [PolicyName], granted: actionsOf(PolicyDocument) };
  const [deployment] = await findDeployments(clients({ ...hub, credentials: { ...hub.rootCredentials } }).ssm);
  const hubIam = clients({ ...hub, credentials: { ...hub.rootCredentials } }).iam;
  const plane = await roleOf(hubIam, deployment?.planeRoleArn);
  const objects = await objectsIn(clients({ ...hub, credentials: rootOf(members.ben.account) }).iam, memberRole);
  return { ...(await evidenceOf(hub)), member, plane, ...(objects === null ? {} : { objects }) };
}

/** Leaves the evidence of a sandbox that is about to stop, where it is asked for. */
export async function leaveEvidence(sandbox: SandboxOutputs, world: World | null): Promise<void> {
  if (evidenceDirectory === undefined) return;
  const all = [await evidenceOf(sandbox), ...(world === null ? [] : [await hubEvidence(world)])];
  for (const [at, evidence] of all.entries())
    await writeFile(join(evidenceDirectory, `${process.pid}-${at}.json`), JSON.stringify(evidence));
}

/** What the sandboxes of a run left. */
export async function evidenceLeft(directory: string): Promise<Evidence[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(".json"));
  return Promise.all(files.map(async (file) => JSON.parse(await readFile(join(directory, file), "utf8")) as Evidence));
}

// --- internal ---

/** The object function's role, where a test deployed one. */
async function objectsIn(iam: IAMClient, memberRole: string): Promise<RoleEvidence | null> {
  const [RoleName, PolicyName] = [memberRole.replace(/member$/, "obj-us-east-1"), "objects"];
  const found = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })).catch(() => null);
  return found && { name: RoleName, inline: [PolicyName], granted: actionsOf(found.PolicyDocument) };
}

async function roleOf(iam: IAMClient, arn = ""): Promise<RoleEvidence> {
  const RoleName = arn.split("/").at(-1) ?? "";
  const { PolicyNames: inline = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const granted = await Promise.all(AttachedPolicies.map(({ PolicyArn }) => allowedBy(iam, PolicyArn)));
  return { name: RoleName, inline, granted: [...new Set(granted.flat())].sort() };
}

async function allowedBy(iam: IAMClient, PolicyArn: string | undefined): Promise<string[]> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const version = new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId });
  const { PolicyVersion } = await iam.send(version);
  return actionsOf(PolicyVersion?.Document);
}

function actionsOf(document: string | undefined): string[] {
  const { Statement } = JSON.parse(decodeURIComponent(document ?? '{"Statement":[]}')) as {
    Statement: { Action: string | string[] }[];
  };
  return Statement.flatMap(({ Action }) => [Action].flat());
}
