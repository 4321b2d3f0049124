import type { OrgSettings } from "#core/org/settings";
import { isOrgText, loadOrg } from "../../cli/file/org-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A deployer's options about an organization, read from environment variables of `sst deploy`. */
export interface OrgOptions {
  /** The organization that the stage looks after; `null`: its own account and Region only. */
  readonly org: OrgSettings | null;
  /** Whether this stack rolls the member template out itself. */
  readonly stackSet: boolean;
  /** Whether members may look after their objects themselves, with the hub's policy and ledger. */
  readonly objectPlane: boolean;
}

/**
 * Reads the options about an organization.
 * @throws Error with one sentence that says what is wrong with which variable.
 */
export function orgOptions(environment: Environment): OrgOptions {
  const org = settings(environment[ORG]);
  const [stackSet, objectPlane] = [isOn(environment, STACK_SET), isOn(environment, OBJECTS)];
  if (objectPlane && org === null)
    throw new Error(`${OBJECTS} is on without an organization: set ${ORG}, or turn it off`);
  if (stackSet && org?.ous === undefined) {
    throw new Error(
      `${STACK_SET} is on, and ${ORG} names no units to roll out to: add \`ous\` to its file, or turn it off`,
    );
  }
  return { org, stackSet, objectPlane };
}

/**
 * The environment with the settings themselves in the place of their file's name: what is
 * remembered needs no file.
 * @throws Error with one sentence that says what is wrong with the file
 */
export function withOrgText(environment: Environment): Environment {
  const named = environment[ORG];
  if (named === undefined || named === "" || named === "none" || isOrgText(named)) return environment;
  return { ...environment, [ORG]: JSON.stringify(settings(named)) };
}

// --- internal ---

const ORG = "BUCKETSEAL_ORG";
const STACK_SET = "BUCKETSEAL_ORG_STACKSET";
const OBJECTS = "BUCKETSEAL_ORG_OBJECTS";

function isOn(environment: Environment, name: string): boolean {
  const value = environment[name] ?? "off";
  if (value === "on" || value === "off") return value === "on";
  throw new Error(`${name} is "${value}"; expected off (the default) or on`);
}

/**
 * A variable's text has 128 KiB on Linux, and a template, which remembers it, 1 MB.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MAX_CHARACTERS = 100_000;

function settings(named: string | undefined): OrgSettings | null {
  if (named === undefined || named === "none") return null;
  if (named === "") throw new Error(`${ORG} is ""; name the organization's file, or none`);
  const found = load(named);
  const { length } = JSON.stringify(found);
  if (length <= MAX_CHARACTERS) return found;
  throw new Error(
    `${ORG} is ${length} characters as JSON, and ${MAX_CHARACTERS} can be remembered: shorten its directory`,
  );
}

function load(named: string): OrgSettings {
  try {
    return loadOrg(named);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      said
        .split("\n")
        .map((line) => `${ORG}: ${line}`)
        .join("\n"),
      { cause },
    );
  }
}
