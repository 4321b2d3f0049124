import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import type { Deployment } from "../../aws/deployment.ts";
import { pushPermissions } from "../../aws/permissions.ts";
import type { Clients } from "../support/clients.ts";

/** The parts of a stage that the CLI touches, without the functions: tables, push role, parameters. */
export async function deployStage(root: Clients, account: string, stage: string): Promise<Deployment> {
  const policyTable = `${stage}-policy`;
  const ledgerTable = `${stage}-ledger`;
  for (const TableName of [policyTable, ledgerTable]) {
    await root.dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        AttributeDefinitions: [
          { AttributeName: "pk", AttributeType: "S" },
          { AttributeName: "sk", AttributeType: "S" },
        ],
      }),
    );
  }
  const RoleName = `${stage}-push`;
  const { Role } = await root.iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: policy({
        Action: "sts:AssumeRole",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
      }),
    }),
  );
  const tableArn = `arn:aws:dynamodb:us-east-1:${account}:table/${policyTable}`;
  const statements = pushPermissions(tableArn).map(({ actions, resources }) => ({
    Action: actions,
    Resource: resources,
  }));
  await root.iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: "push", PolicyDocument: policy(...statements) }),
  );
  const deployment: Deployment = {
    stage,
    policyTable,
    ledgerTable,
    pushRoleArn: Role?.Arn ?? "",
    redriveRoleArn: "",
    topicArn: "",
    pauseParameter: `/bucketseal/${stage}/writes`,
    eventQueueUrl: "",
    deadLetterQueueUrl: "",
    undeliveredQueueUrl: "",
    bucketFunction: "",
    bucketRoleArn: "",
    policyFunction: "",
    objectQueueUrl: "",
    objectDeadLetterQueueUrl: "",
    objectUndeliveredQueueUrl: "",
    objectFunction: "",
    objectRoleArn: "",
    objectRedriveRoleArn: "",
  };
  const parameter = (Name: string, Value: string) =>
    new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true });
  await root.ssm.send(parameter(deployment.pauseParameter, "allowed"));
  await root.ssm.send(parameter(`/bucketseal/${stage}/deployment`, JSON.stringify(deployment)));
  return deployment;
}

// --- internal ---

function policy(...statements: readonly object[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}
