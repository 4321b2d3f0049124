import { isOrgText, loadOrg } from "../../cli/file/org-file.ts";
import { type ChosenOptions, OPTION_VARIABLES, type OptionVariable } from "../../stacks/remembered.ts";

/** One option as this deployment takes it, and where it comes from. */
export interface ChosenOption {
  readonly name: OptionVariable;
  /** `null`: the default. */
  readonly before: string | null;
  readonly value: string | null;
  readonly from: "set" | "remembered" | "default";
}

/**
 * The options in force: what the environment sets, else what the last deployment remembers. So
 * nothing is turned off by being forgotten; to turn an option off, name it (`off`, `none`).
 */
export function chosenOptions(
  environment: Readonly<Record<string, string | undefined>>,
  remembered: ChosenOptions,
): ChosenOption[] {
  return OPTION_VARIABLES.map((name) => {
    const set = environment[name] || undefined;
    const before = remembered[name] ?? null;
    const from = set !== undefined ? "set" : before !== null ? "remembered" : "default";
    return { name, before, value: set ?? before, from };
  });
}

/** The options as variables for the stacks. */
export function asEnvironment(options: readonly ChosenOption[]): Record<string, string> {
  return Object.fromEntries(options.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])));
}

/** A line for each option that is not the default, or no longer is what it was. */
export function optionLines(options: readonly ChosenOption[], isFirst: boolean): string[] {
  return options.flatMap(({ name, before, value, from }) => {
    if (value === null) return [];
    const changed = !isFirst && before !== value;
    const [then, now] = [shown(before ?? "(default)"), shown(value)];
    const text = changed ? `${then} -> ${now}${then === now ? " (changed)" : ""}` : now;
    return [`  ${name.padEnd(36)} ${text}${from === "remembered" ? "   (remembered)" : ""}`];
  });
}

// --- internal ---

/** An option's value on one line; of an organization, which one and where. */
function shown(value: string): string {
  if (!isOrgText(value)) return value;
  const { id, homeRegion, regions, ous, accounts } = loadOrg(value);
  const members = ous ?? accounts ?? ["all accounts"];
  const more = members.length > MAX_MEMBERS ? ` and ${members.length - MAX_MEMBERS} more` : "";
  return `${id} from ${homeRegion}, ${regions.join(" ")}: ${members.slice(0, MAX_MEMBERS).join(" ")}${more}`;
}

const MAX_MEMBERS = 5;
