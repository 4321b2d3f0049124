import { GetAccountSettingsCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/**
 * How many executions of an account and Region no function has reserved; `null`: Lambda did not
 * say.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
 */
export async function unreservedConcurrency(lambda: LambdaClient): Promise<Fact<number | null>> {
  return fact<number | null>("GetAccountSettings", async () => {
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
    return AccountLimit?.UnreservedConcurrentExecutions ?? null;
  });
}
