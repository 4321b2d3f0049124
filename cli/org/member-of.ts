import type { PlaneOf } from "#aws/member/objects/template";
import type { MemberOf } from "#aws/member/template";
import type { OrgSettings } from "#core/org/settings";
import { safe } from "#core/safe";
import { accountOf, type Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import { loadOrg } from "../file/org-file.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { openSession } from "../session/session.ts";
import { findStage } from "../stage/stage.ts";

/** A list of members in the record of a deployment. */
export type MemberList = "ous" | "accounts";

type HubArgs = GlobalArgs & { readonly file?: string | undefined; readonly account?: string | undefined };

/**
 * The hub that members are to work with: of a file, or as it is deployed.
 * @param listed - which lists of members must be known: a long one is only counted in the record
 * @throws CliError if neither says it
 */
export async function memberOf(args: HubArgs, listed: readonly MemberList[]): Promise<MemberOf> {
  if (args.file !== undefined) return ofFile(args, args.file);
  if (args.account !== undefined) {
    throw new CliError("--account goes with --file: of a deployed stage the account is known", { code: "usage" });
  }
  const session = await openSession(args);
  return ofDeployment(await findStage(session, args), listed);
}

/**
 * The hub that object functions in members are to work with, as it is deployed: a file does not say
 * what its tables are called.
 * @throws CliError if it lets none in
 */
export async function planeHub(args: HubArgs, listed: readonly MemberList[]): Promise<PlaneOf> {
  if (args.file !== undefined || args.account !== undefined) {
    throw new CliError("--objects is for a hub that is deployed: leave out --file and --account", { code: "usage" });
  }
  const session = await openSession(args);
  const deployment = await findStage(session, args);
  const { stage, planeRoleArn, objectCode: code } = deployment;
  const member = ofDeployment(deployment, listed);
  if (planeRoleArn === undefined || code === undefined) {
    throw new CliError(`stage ${safe(stage)} lets no object functions in: deploy it with BUCKETSEAL_ORG_OBJECTS=on`, {
      code: "no-object-plane",
    });
  }
  const { policyTable, ledgerTable, topicArn, pauseParameter } = deployment;
  return { ...member, planeRoleArn, code, policyTable, ledgerTable, topicArn, pauseParameter };
}

// --- internal ---

function ofFile({ stage, account }: HubArgs, file: string): MemberOf {
  if (stage === undefined || !/^[a-zA-Z][a-zA-Z0-9-]{0,31}$/.test(stage)) {
    const why = stage === undefined ? "" : `: "${safe(stage)}" is no letter and up to 31 letters, digits and -`;
    throw new CliError(`--file needs --stage, the name of the stage that is to be the hub${why}`, { code: "usage" });
  }
  if (account === undefined || !/^\d{12}$/.test(account)) {
    const why = account === undefined ? "" : `, not "${safe(account)}"`;
    throw new CliError(`--file needs --account, the twelve digits of the account that is to be the hub${why}`, {
      code: "usage",
    });
  }
  return { stage, account, settings: loadOrg(file), manageNotifications: false };
}

function ofDeployment(deployment: Deployment, listed: readonly MemberList[]): MemberOf {
  const { stage, organizationId, homeRegion, regions, externalId, memberRole, manageNotifications } = deployment;
  const account = accountOf(deployment);
  if (!organizationId || !homeRegion || !regions || !externalId || !memberRole || account === null) {
    throw new CliError(
      `stage ${safe(stage)} looks after its own account only: deploy it with BUCKETSEAL_ORG=FILE, or name the file with --file`,
      { code: "no-organization" },
    );
  }
  const settings = {
    id: organizationId,
    homeRegion,
    regions: regions.split(","),
    externalId,
    role: roleOf(stage, memberRole),
    ...Object.assign({}, ...listed.map((name) => listOf(name, deployment[name], stage))),
  };
  return { stage, account, settings, manageNotifications: manageNotifications === "on" };
}

/** The path and the beginning of the name of `arn:aws:iam::*:role/PATH/PREFIXmember`. */
function roleOf(stage: string, memberRole: string): OrgSettings["role"] {
  const [, path = "/", prefix = ""] = /:role(\/(?:.+\/)?)([^/]*)member$/.exec(memberRole) ?? [];
  return prefix === `bucketseal-${stage}-` ? { path } : { path, prefix };
}

/** A list of the record; a long one is only counted there. */
function listOf(name: MemberList, text: string | undefined, stage: string): Partial<OrgSettings> {
  if (text === undefined) return {};
  if (!/^\d+ /.test(text)) return { [name]: text.split(",") };
  throw new CliError(
    `stage ${safe(stage)} has ${text}, too many for its record: name the organization's file with --file`,
    {
      code: "usage",
    },
  );
}
