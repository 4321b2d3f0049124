import type { Stack } from "aws-cdk-lib";
import type { Role } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { accept } from "../parts/accept.ts";
import { logBucket } from "../parts/log-bucket.ts";
import { jobRole } from "./job-role.ts";

export interface BatchResources {
  readonly role: Role;
  readonly reports: IBucket;
  /** What is stored about them for people. */
  readonly deployment: Readonly<Record<string, string>>;
}

/**
 * What jobs of S3 Batch Operations need: their role, and a bucket for their reports, which S3
 * always writes under SSE-S3.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
export function batchResources(stack: Stack): BatchResources {
  const reports = logBucket(stack, "BatchReports", "batch-reports");
  accept(reports, "AwsSolutions-S1", "It holds reports of jobs, which name objects and what became of them.");
  const role = jobRole(stack, reports);
  return { role, reports, deployment: { batchJobRoleArn: role.roleArn, batchReportBucket: reports.bucketName } };
}
