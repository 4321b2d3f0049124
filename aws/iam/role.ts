import { GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/**
 * Whether there is a role of that name. Policies that name a role by its ARN stop working when it
 * is deleted, even if it is made again.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
export async function roleExists(iam: IAMClient, roleArn: string): Promise<Fact<boolean>> {
  return fact<boolean>(
    "GetRole",
    async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: roleArn.split("/").at(-1) ?? "" }));
      return Role?.Arn === roleArn;
    },
    { NoSuchEntityException: false, NoSuchEntity: false },
  );
}
