import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { type Deployment, deploymentSchema } from "#core/stage/deployment";

/**
 * A stage whose parameter is not what a stack writes: somebody changed it, or another version wrote
 * it.
 */
class DeploymentUnreadable extends Error {
  override readonly name = "DeploymentUnreadable";
}

/** The prefix of the parameters that stacks write, a folder for each stage. */
const PARAMETER_PREFIX = "/bucketseal";

/**
 * The stages of Bucketseal deployed in the client's account and Region.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 * @throws DeploymentUnreadable with the parameter's name and what is wrong with it
 */
export async function findDeployments(ssm: SSMClient): Promise<Deployment[]> {
  const deployments: Deployment[] = [];
  let next: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({ Path: PARAMETER_PREFIX, Recursive: true, ...(next ? { NextToken: next } : {}) }),
    );
    for (const parameter of page.Parameters ?? []) {
      if (parameter.Name?.endsWith("/deployment") && parameter.Value !== undefined) {
        deployments.push(read(parameter.Name, parameter.Value));
      }
    }
    next = page.NextToken;
  } while (next !== undefined);
  return deployments;
}

// --- internal ---

function read(parameter: string, value: string): Deployment {
  const found = deploymentSchema.safeParse(json(value));
  if (found.success) return found.data;
  const wrong = found.error.issues.map((issue) => `${issue.path.join(".") || "the whole"}: ${issue.message}`);
  throw new DeploymentUnreadable(
    `the parameter ${parameter} is not what a stack of Bucketseal writes (${wrong.join("; ")}); find out who changed it, then deploy again`,
  );
}

function json(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
