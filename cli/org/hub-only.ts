import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";

/** @throws CliError if a stage is not the hub of an organization */
export function hubOnly({ stage, org }: Deployment): void {
  if (org === "on") return;
  throw new CliError(
    `stage ${safe(stage)} looks after this account and Region alone: deploy it with BUCKETSEAL_ORG to make it a hub`,
    { code: "no-organization" },
  );
}
