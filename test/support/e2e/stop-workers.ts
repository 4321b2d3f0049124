import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import type { Story } from "./story.ts";

/** Ends a function's execution environments in the middle of their work; new ones follow. */
export async function stopWorkers({ root }: Pick<Story, "root">, FunctionName: string): Promise<void> {
  const { Timeout } = await root.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await root.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
}
