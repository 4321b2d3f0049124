import { beforeAll } from "vitest";
import { readmeAccount } from "../../sandbox/readme-account.ts";
import { account, cloud } from "../cli/cloud.ts";
import { deployStage } from "../cli/deploy-stage.ts";
import type { CliRun } from "../cli/run-cli.ts";

/**
 * The account that `SANDBOX_SEED=readme npm run sandbox` makes, with a deployed stage, in which
 * dana, an administrator, replays the sessions of one page.
 */
export interface Scene {
  run(program: string, args: readonly string[]): Promise<CliRun>;
}

/**
 * Makes the scene before the tests of this block; its stage is `prod`.
 */
export function scene(): Scene {
  const aws = cloud();
  beforeAll(async () => {
    await readmeAccount(aws.endpoint, "us-east-1");
    await deployStage(aws.root(), account, "prod");
  }, 60_000);
  return {
    run: async (program, args) => {
      if (program !== "bucketseal") throw new Error(`a session may run bucketseal only, not ${program}`);
      return aws.run(args);
    },
  };
}
