import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { alarmPermissions, pinPermissions, resumePermissions, statePermissions } from "#aws/ledger/permissions";
import type { Permission } from "#aws/permission";
import { pushPermissions } from "#aws/policy/permissions";
import type { Deployment } from "#core/stage/deployment";
import type { Clients } from "../support/local-aws/clients.ts";
import { ledgerTable as createLedger } from "../support/local-aws/ledger-table.ts";
import { createTable } from "../support/local-aws/table.ts";
import { deployQueues } from "./deploy-queues.ts";

/**
 * The parts of a stage that the CLI uses, without the functions: tables, queues, roles, parameters.
 */
export async function deployStage(root: Clients, account: string, stage: string): Promise<Deployment> {
  const policyTable = `${stage}-policy`;
  const ledgerTable = `${stage}-ledger`;
  await createTable(root.dynamodb, policyTable);
  await createLedger(root.dynamodb, ledgerTable);
  const tableArn = `arn:aws:dynamodb:us-east-1:${account}:table/${policyTable}`;
  const ledgerArn = `arn:aws:dynamodb:us-east-1:${account}:table/${ledgerTable}`;
  const pushRoleArn = await createRole(root, account, `${stage}-push`, [
    ...pushPermissions(tableArn),
    ...pinPermissions(ledgerArn),
    ...alarmPermissions(ledgerArn),
    ...resumePermissions(ledgerArn),
  ]);
  const operatorRoleArn = await createRole(root, account, `${stage}-operator`, statePermissions(ledgerArn));
  const deployment: Deployment = {
    stage,
    policyTable,
    ledgerTable,
    pushRoleArn,
    operatorRoleArn,
    ...(await deployQueues(root, account, stage)),
    topicArn: `arn:aws:sns:us-east-1:${account}:${stage}-alerts`,
    pauseParameter: `/bucketseal/${stage}/writes`,
    bucketFunction: `${stage}-bucket`,
    bucketRoleArn: `arn:aws:iam::${account}:role/${stage}-bucket`,
    policyFunction: `${stage}-policy-function`,
    policyRoleArn: `arn:aws:iam::${account}:role/${stage}-policy`,
    objectFunction: `${stage}-object`,
    objectRoleArn: `arn:aws:iam::${account}:role/${stage}-object`,
    objects: "on",
  };
  const parameter = (Name: string, Value: string) =>
    new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true });
  await root.ssm.send(parameter(deployment.pauseParameter, "allowed"));
  await root.ssm.send(parameter(`/bucketseal/${stage}/deployment`, JSON.stringify(deployment)));
  return deployment;
}

// --- internal ---

/** Creates a role that the account's people may assume; returns its ARN. */
async function createRole(
  root: Clients,
  account: string,
  RoleName: string,
  permissions: readonly Permission[],
): Promise<string> {
  const trust = policy({ Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::${account}:root` } });
  const { Role } = await root.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  const statements = permissions.map(({ actions, resources, conditions = {} }) => ({
    Action: actions,
    Resource: resources,
    Condition: conditions,
  }));
  await root.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: policy(...statements) }));
  return Role?.Arn ?? "";
}

function policy(...statements: readonly object[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}
