import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/** The switch's value while writes are allowed; anything else is the reason why they are not. */
export const WRITES_ALLOWED = "allowed";

/**
 * Whether writes are paused: `null` if they are allowed, else who paused them and why. `writes` is
 * the parameter of the template; there, any value but `allowed` pauses too.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readPause(ssm: SSMClient, writes: string): Promise<Fact<string | null>> {
  const read = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? "";
  const [made, paused] = await Promise.all([
    fact("GetParameter of the pause switch", () => read(writes)),
    fact<string | null>("GetParameter of a pause", () => read(pausedParameter(writes)), { ParameterNotFound: null }),
  ]);
  if (!made.known) return made;
  if (!paused.known) return paused;
  const reason = paused.value ?? made.value;
  return { known: true, value: reason === WRITES_ALLOWED ? null : `writes are paused: ${reason}` };
}

/**
 * Pauses all writes for a reason, or allows them (`null`); a deleted switch is created again.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export async function writePause(ssm: SSMClient, writes: string, reason: string | null): Promise<void> {
  const paused = pausedParameter(writes);
  const put = (Name: string, Value: string) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  if (reason !== null) {
    await put(paused, reason);
    await put(writes, reason);
    return;
  }
  await put(writes, WRITES_ALLOWED);
  await remove(ssm, paused);
}

// --- internal ---

/**
 * The name of the second half of the pause switch. The switch is Parameter Store parameters because
 * it must work while the tables do not, and two of them because of deployments. The stack's
 * template makes `/bucketseal/STAGE/writes`, which must exist: if it is deleted, nothing is
 * written. `bucketseal pause` makes `/bucketseal/STAGE/paused`, which no template knows and no
 * deployment can lift.
 */
function pausedParameter(writes: string): string {
  return writes.replace(/[^/]*$/, "paused");
}

async function remove(ssm: SSMClient, Name: string): Promise<void> {
  try {
    await ssm.send(new DeleteParameterCommand({ Name }));
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
  }
}
