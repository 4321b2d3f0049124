import {
  type EventSourceMappingConfiguration,
  GetFunctionConfigurationCommand,
  GetFunctionRecursionConfigCommand,
  type LambdaClient,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/** A function as it is configured. */
export interface FunctionSeen {
  /** `Active`, `Pending`, `Inactive`, `Failed`. */
  readonly state: string;
  readonly roleArn: string;
}

/**
 * A function; `null`: there is none of that name.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
 */
export async function readFunction(lambda: LambdaClient, name: string): Promise<Fact<FunctionSeen | null>> {
  return fact<FunctionSeen | null>(
    "GetFunctionConfiguration",
    async () => {
      const { State = "", Role = "" } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
      return { state: State, roleArn: Role };
    },
    { ResourceNotFoundException: null },
  );
}

/**
 * Whether Lambda lets a function send messages to itself; `null`: there is no such function.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html
 */
export async function allowsRecursion(lambda: LambdaClient, name: string): Promise<Fact<boolean | null>> {
  return fact<boolean | null>(
    "GetFunctionRecursionConfig",
    async () => {
      const answer = await lambda.send(new GetFunctionRecursionConfigCommand({ FunctionName: name }));
      return answer.RecursiveLoop === "Allow";
    },
    { ResourceNotFoundException: null },
  );
}

/**
 * What feeds a function; `null`: there is no such function.
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
 */
export async function readMappings(
  lambda: LambdaClient,
  name: string,
): Promise<Fact<readonly EventSourceMappingConfiguration[] | null>> {
  return fact<readonly EventSourceMappingConfiguration[] | null>(
    "ListEventSourceMappings",
    async () => {
      const { EventSourceMappings = [] } = await lambda.send(
        new ListEventSourceMappingsCommand({ FunctionName: name }),
      );
      return EventSourceMappings;
    },
    { ResourceNotFoundException: null },
  );
}
