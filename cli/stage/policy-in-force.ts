import { PolicyTampered } from "#aws/policy/items";
import { readPointer, readVersion } from "#aws/policy/table";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import type { Session } from "../session/session.ts";

/**
 * Reads the policy version in force of a stage.
 * @throws CliError if there is none, or it does not match its pointer
 */
export async function policyInForce(
  session: Session,
  deployment: Deployment,
): Promise<{ version: number; document: string }> {
  const policies = { dynamodb: await session.dynamodb(), table: deployment.policyTable };
  const pointer = await readPointer(policies);
  if (pointer === null) {
    throw new CliError(`stage ${safe(deployment.stage)} has no policy yet: bucketseal push FILE`, {
      code: "no-policy",
    });
  }
  try {
    return await readVersion(policies, pointer.version, pointer.sha256);
  } catch (error) {
    if (!(error instanceof PolicyTampered)) throw error;
    throw new CliError(
      `the policy in the table does not match its pointer (${safe(error.message)}): push or roll back`,
      {
        code: "policy-tampered",
        cause: error,
      },
    );
  }
}
