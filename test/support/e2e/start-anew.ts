import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import type { Story } from "./story.ts";

/**
 * Ends every execution environment of a function with all its caches: a change of the memory size
 * does that. Work in progress is lost until its visibility timeout, so only a test that runs alone
 * may do it.
 */
export async function startAnew(
  { root, sandbox }: Story,
  FunctionName: string = sandbox.functions.bucket,
): Promise<void> {
  const { MemorySize: size = 512 } = await root.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await root.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: size + 1 }));
}
