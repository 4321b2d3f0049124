import type { Stack } from "aws-cdk-lib";

/** The variables by which a deployer chooses; what is not here is no option. */
export const OPTION_VARIABLES = [
  "BUCKETSEAL_TRAIL",
  "BUCKETSEAL_ALERT_EMAIL",
  "BUCKETSEAL_OBJECTS",
  "BUCKETSEAL_COPY",
  "BUCKETSEAL_COPY_LARGE",
  "BUCKETSEAL_MANAGE_NOTIFICATIONS",
  "BUCKETSEAL_DATA_TRAIL",
  "BUCKETSEAL_DATA_TRAIL_EXCEPT",
  "BUCKETSEAL_OBJECT_WINDOW",
  "BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION",
  "BUCKETSEAL_CONCURRENCY",
  "BUCKETSEAL_HISTORY_DAYS",
  "BUCKETSEAL_SWEEP",
  "BUCKETSEAL_SWEEP_CONCURRENCY",
  "BUCKETSEAL_DIGEST",
  "BUCKETSEAL_TRACING",
  "BUCKETSEAL_BATCH",
  "BUCKETSEAL_BACKFILL",
  "BUCKETSEAL_DRIFT_WAIT",
  "BUCKETSEAL_ORG",
  "BUCKETSEAL_ORG_STACKSET",
  "BUCKETSEAL_ORG_OBJECTS",
] as const;

export type OptionVariable = (typeof OPTION_VARIABLES)[number];

/** Options as text, by variable; what has its default may be absent. */
export type ChosenOptions = Readonly<Partial<Record<OptionVariable, string>>>;

/** Where a template keeps the options it was made with. */
export const METADATA = "Bucketseal";

/**
 * Writes the chosen options into the template's metadata, where the next deployment finds them: a
 * template may be 1 MB, a parameter of Parameter Store 4 KB, and a list of buckets is longer.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html
 */
export function remember(stack: Stack, environment: Readonly<Record<string, string | undefined>>): void {
  const chosen = OPTION_VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === "" ? [] : [[name, value]];
  });
  stack.templateOptions.metadata = {
    ...stack.templateOptions.metadata,
    [METADATA]: { options: Object.fromEntries(chosen) },
  };
}
