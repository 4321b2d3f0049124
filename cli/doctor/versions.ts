import { safe } from "#core/safe";
import { version } from "../version.ts";
import { type Answer, finding, notKnown, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/** Are CLI and stage of the same version? They share the formats of ledger, policy and messages. */
export const versionsCheck: Check = {
  name: "versions",
  look: async ({ deployment }) => [judgeVersions(version, deployment.version)],
};

/** The answer about two versions. Pure. */
export function judgeVersions(cli: string, stage: string | undefined): Answer {
  if (stage === undefined) {
    return notKnown(
      "the stage does not say its version: an older one deployed it",
      "deploy it again with this version",
    );
  }
  if (cli === stage) return ok(`CLI and stage are both version ${cli}`);
  return finding(
    `the CLI is version ${cli}, the stage ${safe(stage)}`,
    `deploy the stage with version ${cli}, or use the CLI of version ${safe(stage)}`,
  );
}
