import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { nameOf } from "#aws/error";
import { memberObjectsParameter } from "#core/org/names";
import { type MemberObjects, readMemberPlace } from "#core/stage/member-objects";

/**
 * Where the queues of an object function are, in the client's account and Region; `null`: none is
 * there.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws Error if the parameter is not what a stack writes; the SDK's error otherwise.
 */
export async function memberObjects(ssm: SSMClient, stage: string): Promise<MemberObjects | null> {
  const Name = memberObjectsParameter(stage);
  try {
    const { Parameter: parameter } = await ssm.send(new GetParameterCommand({ Name }));
    const found = readMemberPlace(parameter?.Value ?? "");
    if (found !== null) return found;
  } catch (error) {
    if (nameOf(error) === "ParameterNotFound") return null;
    throw error;
  }
  throw new Error(`the parameter ${Name} is not what a stack of Bucketseal writes; find out who changed it`);
}
