import type { ArgsDef, ParsedArgs } from "citty";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { GlobalArgs } from "../line/globals.ts";

/** Which accounts a command works in: they can be repeated, or hold a list. */
export const whichAccountsArgs = {
  account: { type: "string", valueHint: "A,B", description: "in these accounts (a list, or repeated)" },
  "all-accounts": { type: "boolean", description: "in all active accounts of the organization" },
  ou: { type: "string", valueHint: "OU,OU", description: "in the accounts under these units, at any depth" },
} as const satisfies ArgsDef;

/** Which accounts, and how to get into those that are not the caller's own. */
export const accountsArgs = {
  ...whichAccountsArgs,
  role: {
    type: "string",
    valueHint: "[PATH/]NAME",
    description: "the role to assume in each account but your own; it needs to read only",
  },
  "external-id": { type: "string", valueHint: "ID", description: "what that role's trust policy demands" },
} as const satisfies ArgsDef;

type AccountsArgs = Partial<ParsedArgs<typeof accountsArgs>> & Pick<GlobalArgs, "region">;

/** The same flags of a command that refuses them; `--help` leaves out what has no description. */
export const refusedAccountsArgs = {
  account: { type: "string", description: "" },
  "all-accounts": { type: "boolean", description: "" },
  ou: { type: "string", description: "" },
  role: { type: "string", description: "" },
  "external-id": { type: "string", description: "" },
} as const satisfies ArgsDef;

/** @throws CliError if one of them was given */
export function refuseAccounts(args: Readonly<Record<string, unknown>>, why: string): void {
  const given = Object.keys(refusedAccountsArgs).find((flag) => args[flag] !== undefined && args[flag] !== false);
  if (given !== undefined) throw usage(`--${given} is not taken here: ${why}`);
}

/** The accounts that a person asks for, and how to get into them. */
export interface AskedAccounts {
  /** `null`: all of the organization, or of `units`. */
  readonly named: readonly string[] | null;
  /** Organizational units or roots; empty: the whole organization. */
  readonly units: readonly string[];
  /** With its path, without a slash before it; `null`: none was given. */
  readonly role: string | null;
  readonly externalId: string | undefined;
  /** `null`: every Region. */
  readonly regions: readonly string[] | null;
}

/**
 * What the flags ask for; `null`: the caller's own account, as without them.
 * @throws CliError one sentence about what is wrong with them
 */
export function askedAccounts(args: AccountsArgs): AskedAccounts | null {
  const named = args.account === undefined ? null : listOf("account", args.account, ACCOUNT, ACCOUNTS);
  const units = args.ou === undefined ? [] : listOf("ou", args.ou, UNIT, UNITS);
  const all = args["all-accounts"] === true;
  if (named !== null && (all || units.length > 0)) {
    throw usage(
      `--account and ${all ? "--all-accounts" : "--ou"} cannot be combined: name the accounts, or take all of the organization or of a unit`,
    );
  }
  const isAsked = named !== null || all || units.length > 0;
  for (const flag of ["role", "external-id"] as const) {
    if (args[flag] !== undefined && !isAsked)
      throw usage(`--${flag} needs accounts: name them with --account or --ou, or use --all-accounts`);
  }
  if (!isAsked) return null;
  if (args["external-id"] !== undefined && args.role === undefined) {
    throw usage("--external-id needs --role: it is shown when that role is assumed");
  }
  const regions = askedRegions(args);
  return {
    named,
    units,
    role: args.role === undefined ? null : roleName(args.role),
    externalId: externalIdOf(args["external-id"]),
    regions: regions.length === 0 ? null : regions,
  };
}

/**
 * The Regions of `--region`, each once.
 * @throws CliError if one of them is none
 */
export function askedRegions({ region }: Pick<AccountsArgs, "region">): string[] {
  return region === undefined ? [] : listOf("region", region, /^[a-z0-9-]{1,63}$/, "a Region, such as eu-west-1");
}

// --- internal ---

const ACCOUNT = /^\d{12}$/;
const ACCOUNTS = "an account's id: twelve digits, such as 111122223333";
/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html */
const UNIT = /^(?:ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|r-[0-9a-z]{4,32})$/;
const UNITS = "the id of an organizational unit or root, such as ou-ab12-11111111";
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const ROLE = /^\/?(?:[\x21-\x2e\x30-\x7e]{1,510}\/)*[\w+=,.@-]{1,64}$/;
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

function listOf(flag: string, text: string, item: RegExp, what: string): string[] {
  const items = text.split(",").map((each) => each.trim());
  const wrong = items.find((each) => !item.test(each));
  if (wrong !== undefined) {
    throw usage(flag === "region" ? `"${safe(wrong)}" is not ${what}` : `--${flag}: "${safe(wrong)}" is not ${what}`);
  }
  return [...new Set(items)];
}

function roleName(text: string): string {
  if (/^arn:/.test(text)) {
    throw usage(
      `--role takes the name of a role, with its path if it has one, not the ARN of a single account: "${safe(text.replace(/^.*:role\//, ""))}"`,
    );
  }
  if (ROLE.test(text)) return text.replace(/^\//, "");
  throw usage(`--role: "${safe(text)}" is not the name of a role, such as Audit or security/Audit`);
}

function externalIdOf(text: string | undefined): string | undefined {
  if (text === undefined || EXTERNAL_ID.test(text)) return text;
  throw usage("--external-id takes 2 to 1,224 letters, digits and + = , . @ : / - _");
}

function usage(message: string): CliError {
  return new CliError(message, { code: "usage" });
}
