import { parseArgs } from "node:util";
import { DeployError } from "./deploy-error.ts";

/** What `npm run deploy` was asked to do. */
export interface Arguments {
  readonly stage: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** Another stage of the same account and Region may stay beside this one. */
  readonly besideAnother: boolean;
}

export const USAGE = `npm run deploy -- --stage NAME [--region REGION] [--profile NAME] [--beside-another-stage]

Checks options, credentials and quotas, shows what is about to be deployed where, deploys the stacks
with SST, and makes sure that they were deployed. Options are environment variables; they are
remembered, so that the next deployment need not repeat them (docs/deploy.md#options).

  --stage NAME             the stage: letters, digits and hyphens, such as prod
  --region REGION          otherwise AWS_REGION, or the profile's Region
  --profile NAME           otherwise AWS_PROFILE
  --beside-another-stage   deploy although another stage looks after this account and Region
  --help                   shows this`;

/**
 * Reads the command line; `null`: help was asked for.
 * @throws DeployError with one sentence that says what is wrong
 */
export function readArguments(args: readonly string[]): Arguments | null {
  const { values } = parsed(args);
  if (values.help === true) return null;
  const stage = values.stage;
  if (stage === undefined) throw new DeployError("name the stage to deploy, such as --stage prod");
  if (!/^[a-zA-Z][a-zA-Z0-9-]{0,31}$/.test(stage)) {
    throw new DeployError(`"${stage}" is not a stage name: it takes letters, digits and hyphens, 32 at most`);
  }
  return {
    stage,
    region: values.region,
    profile: values.profile,
    besideAnother: values["beside-another-stage"] ?? false,
  };
}

// --- internal ---

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stage: { type: "string" },
        region: { type: "string" },
        profile: { type: "string" },
        "beside-another-stage": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DeployError(`${message.split(". ")[0]}; see npm run deploy -- --help`);
  }
}
