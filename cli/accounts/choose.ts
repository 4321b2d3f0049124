import { nameOf } from "#aws/error";
import type { OrgAccount } from "#aws/organizations/accounts";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { explainError } from "../line/explain-error.ts";
import type { Session } from "../session/session.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import type { AskedAccounts } from "./args.ts";

/** The accounts to work in, and those that are left out because they are not active. */
export interface ChosenAccounts {
  readonly accounts: readonly OrgAccount[];
  readonly inactive: readonly OrgAccount[];
}

/**
 * The accounts that were named, or those of the organization by its own list.
 * @throws CliError if Organizations does not answer, or there is no such account
 */
export async function chooseAccounts(session: Session, asked: AskedAccounts): Promise<ChosenAccounts> {
  const { named, units } = asked;
  if (named !== null) {
    return { accounts: named.map((id) => ({ id, name: null, state: null })), inactive: [] };
  }
  const { accountsUnder, everyAccount } = await import("#aws/organizations/accounts");
  const organizations = await session.organizations();
  const found = new Map<string, OrgAccount>();
  try {
    if (units.length === 0) for (const each of await everyAccount(organizations)) found.set(each.id, each);
    for (const unit of units) {
      const under = await inUnit(unit, accountsUnder(organizations, unit));
      for (const each of under) found.set(each.id, each);
    }
  } catch (error) {
    throw error instanceof CliError ? error : await notAnswered(session, error);
  }
  const all = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const isActive = ({ state }: OrgAccount) => state === "ACTIVE" || state === null;
  const accounts = all.filter(isActive);
  if (accounts.length === 0) throw new CliError("none of these accounts is active", { code: "no-accounts" });
  return { accounts, inactive: all.filter((each) => !isActive(each)) };
}

/** Says which accounts are left out, on stderr. */
export function noteInactive({ inactive }: ChosenAccounts, out: Output): void {
  if (inactive.length === 0) return;
  const shown = inactive.slice(0, LISTED).map(({ id, name, state }) => {
    return `${id} (${name === null ? "" : `${safe(name)}, `}${safe(state ?? "")})`;
  });
  const rest = inactive.length - shown.length;
  out.note(
    `not looked at: ${plural(inactive.length, "account")} that ${inactive.length === 1 ? "is" : "are"} not active: ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`,
  );
}

// --- internal ---

/** Accounts in the note; the JSON document has all. */
const LISTED = 20;

async function inUnit(unit: string, found: Promise<OrgAccount[]>): Promise<OrgAccount[]> {
  try {
    const accounts = await found;
    if (accounts.length > 0) return accounts;
  } catch (error) {
    if (!UNKNOWN.has(nameOf(error))) throw error;
    const message = `there is no organizational unit ${unit} in this organization`;
    throw new CliError(message, { code: "no-unit", cause: error });
  }
  throw new CliError(`there is no account under ${unit}: check the unit's id`, { code: "no-accounts" });
}

const UNKNOWN: ReadonlySet<string> = new Set(["ParentNotFoundException", "InvalidInputException"]);

const NOT_OURS: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "AccessDenied",
  "AWSOrganizationsNotInUseException",
]);

async function notAnswered(session: Session, error: unknown): Promise<unknown> {
  if (!NOT_OURS.has(nameOf(error))) return error;
  const { account } = await session.identity();
  return new CliError(
    `AWS Organizations does not tell account ${account} its accounts (${explainError(error).message}): use the management account or a delegated administrator of the organization, or name the accounts with --account`,
    { code: "organizations", cause: error },
  );
}
