import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/** The switch's value while writes are allowed; anything else is the reason why they are not. */
export const WRITES_ALLOWED = "allowed";

/**
 * Whether writes are paused: `null` if they are allowed, else who paused them and why. The switch
 * is a Parameter Store parameter because it must work while the tables do not.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readPause(ssm: SSMClient, parameter: string): Promise<Fact<string | null>> {
  return fact("GetParameter of the pause switch", async () => {
    const { Parameter: found } = await ssm.send(new GetParameterCommand({ Name: parameter }));
    const value = found?.Value ?? "";
    return value === WRITES_ALLOWED ? null : `writes are paused: ${value}`;
  });
}

/**
 * Pauses all writes for a reason, or allows them (`null`); a deleted switch is created again.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export async function writePause(ssm: SSMClient, parameter: string, reason: string | null): Promise<void> {
  const Value = reason ?? WRITES_ALLOWED;
  await ssm.send(new PutParameterCommand({ Name: parameter, Value, Type: "String", Overwrite: true }));
}
