import { S3Client } from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import { controlEndpoint } from "#aws/s3control/endpoint";
import { clientSettings } from "../runtime/client-settings.ts";
import type { Variables } from "../runtime/environment.ts";

/** The jobs of S3 Batch Operations that people start with the stage's role. */
export interface JobsOfStage {
  readonly control: S3ControlClient;
  readonly s3: S3Client;
  readonly roleArn: string;
  readonly reportBucket: string;
}

/** `null`: the stage has no role for jobs. */
export function jobsOfStage({
  BATCH_JOB_ROLE_ARN: roleArn,
  BATCH_REPORT_BUCKET: reportBucket,
  AWS_ENDPOINT_URL_S3_CONTROL,
  AWS_ENDPOINT_URL,
}: Variables): JobsOfStage | null {
  if (roleArn === undefined || reportBucket === undefined) return null;
  const endpoint = AWS_ENDPOINT_URL_S3_CONTROL ?? AWS_ENDPOINT_URL ?? null;
  return {
    control: new S3ControlClient({ ...clientSettings, ...controlEndpoint(endpoint) }),
    s3: new S3Client(clientSettings),
    roleArn,
    reportBucket,
  };
}
