import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";

/** The account and ARN behind some credentials. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
}

/**
 * Who is calling; `null` where STS does not say.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function callerIdentity(sts: STSClient): Promise<CallerIdentity | null> {
  const { Account: account, Arn: arn } = await sts.send(new GetCallerIdentityCommand({}));
  return account && arn ? { account, arn } : null;
}
