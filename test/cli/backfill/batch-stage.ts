import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import type { Deployment } from "#core/stage/deployment";
import { account, type Cloud } from "../cloud.ts";
import { deployStage } from "../deploy-stage.ts";

/** A stage with what jobs of S3 Batch Operations need, as its stack makes it. */
export async function deployBatchStage(aws: Cloud, stage: string): Promise<Deployment> {
  const { iam, s3, ssm } = aws.root();
  const deployed = await deployStage(aws.root(), account, stage);
  const batchReportBucket = `bucketseal-${stage}-batch-reports`;
  await s3.send(new CreateBucketCommand({ Bucket: batchReportBucket }));
  const RoleName = `${stage}-job`;
  const Principal = { Service: "batchoperations.s3.amazonaws.com" };
  const AssumeRolePolicyDocument = document({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const batchJobRoleArn = Role?.Arn ?? "";
  await setJobRights(aws, stage, ALL);
  const Value = JSON.stringify({ ...deployed, batchJobRoleArn, batchReportBucket });
  const Name = `/bucketseal/${stage}/deployment`;
  await ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  return { ...deployed, batchJobRoleArn, batchReportBucket };
}

/** Gives the stage's role for jobs these rights and no others. */
export async function setJobRights(aws: Cloud, stage: string, Action: readonly string[]): Promise<void> {
  const PolicyDocument = document({ Effect: "Allow", Action, Resource: "*" });
  const command = new PutRolePolicyCommand({ RoleName: `${stage}-job`, PolicyName: "own", PolicyDocument });
  await aws.root().iam.send(command);
}

/** What the stack lets the role do. */
export const ALL: readonly string[] = [
  "s3:GetObject",
  "s3:GetObjectVersion",
  "s3:PutObject",
  "s3:UpdateObjectEncryption",
  "s3:PutInventoryConfiguration",
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

// --- internal ---

function document(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
