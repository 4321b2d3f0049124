import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import { DeleteTableCommand, DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { stackName } from "./stack.ts";

/**
 * Takes away what a first deployment that failed left behind, so that the next try begins with
 * nothing. The templates' `RetainExceptOnCreate` lets CloudFormation delete all of it in its
 * rollback but the tables, which are protected from deletion: they were made a moment ago and hold
 * nothing. Only to be called where there was no such stack before.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export async function takeAway(region: string, stage: string): Promise<void> {
  const cloudformation = new CloudFormationClient({ region });
  const StackName = stackName(stage);
  const tables = await tablesOf(cloudformation, StackName);
  if (tables === null) return;
  await cloudformation.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client: cloudformation, maxWaitTime: 600 }, { StackName });
  const dynamodb = new DynamoDBClient({ region });
  for (const TableName of tables) await removeTable(dynamodb, TableName);
}

// --- internal ---

/** Names of the stack's tables; `null`: there is no stack. */
async function tablesOf(cloudformation: CloudFormationClient, StackName: string): Promise<string[] | null> {
  try {
    const { StackResources = [] } = await cloudformation.send(new DescribeStackResourcesCommand({ StackName }));
    return StackResources.flatMap(({ ResourceType, PhysicalResourceId }) =>
      ResourceType === "AWS::DynamoDB::GlobalTable" && PhysicalResourceId !== undefined ? [PhysicalResourceId] : [],
    );
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError") return null;
    throw error;
  }
}

async function removeTable(dynamodb: DynamoDBClient, TableName: string): Promise<void> {
  try {
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await dynamodb.send(new DeleteTableCommand({ TableName }));
  } catch (error) {
    if (!(error instanceof Error && error.name === "ResourceNotFoundException")) throw error;
  }
}
