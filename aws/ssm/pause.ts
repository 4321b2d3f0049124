import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { unknownOrThrow } from "#aws/error";
import type { Fact } from "#core/fact";

/** The value of the switch while writes are allowed; anything else is the reason why they are not. */
export const WRITES_ALLOWED = "allowed";

/**
 * Whether writes are paused: `null` if they are allowed, else who paused them and why. It is a Parameter Store parameter, so
 * that it works while the tables do not.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function readPause(ssm: SSMClient, parameter: string): Promise<Fact<string | null>> {
  try {
    const { Parameter: found } = await ssm.send(new GetParameterCommand({ Name: parameter }));
    const value = found?.Value ?? "";
    return { known: true, value: value === WRITES_ALLOWED ? null : `writes are paused: ${value}` };
  } catch (error) {
    return unknownOrThrow(error, "GetParameter of the pause switch");
  }
}

/** Pauses all writes with a reason, or allows them (`null`); a switch that was deleted comes back. */
export async function writePause(ssm: SSMClient, parameter: string, reason: string | null): Promise<void> {
  const Value = reason ?? WRITES_ALLOWED;
  await ssm.send(new PutParameterCommand({ Name: parameter, Value, Type: "String", Overwrite: true }));
}
