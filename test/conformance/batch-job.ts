import {
  CreateJobCommand,
  type CreateJobCommandInput,
  DescribeJobCommand,
  type JobDescriptor,
  type JobManifestGeneratorFilter,
} from "@aws-sdk/client-s3-control";
import type { Clients } from "../support/local-aws/clients.ts";
import type { Conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { role } from "../support/local-aws/role.ts";

/** What a test decides about a job that re-encrypts the objects of a bucket. */
export interface JobOrder {
  readonly bucket: string;
  readonly key: string;
  readonly role: string;
  readonly filter?: JobManifestGeneratorFilter;
  readonly rest?: Partial<CreateJobCommandInput>;
}

/** A request to create the job; it runs at once unless it says otherwise. */
export function jobRequest(aws: Conformance, order: JobOrder): CreateJobCommandInput {
  const generator = { SourceBucket: `arn:aws:s3:::${order.bucket}`, EnableManifestOutput: false };
  return {
    AccountId: aws.account,
    ConfirmationRequired: false,
    Operation: { S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS: { KMSKeyArn: order.key } } } },
    Report: { Enabled: false },
    ClientRequestToken: `${aws.prefix}-${count++}`,
    Priority: 1,
    RoleArn: order.role,
    ManifestGenerator: {
      S3JobManifestGenerator: { ...generator, ...(order.filter === undefined ? {} : { Filter: order.filter }) },
    },
    ...order.rest,
  };
}

/** Creates the job; returns its id. */
export async function createJob(aws: Conformance, order: JobOrder, by: Clients = aws): Promise<string> {
  const { JobId } = await by.s3control.send(new CreateJobCommand(jobRequest(aws, order)));
  return JobId ?? "";
}

/** The job, as soon as it waits for a confirmation or has ended. */
export async function settledJob(aws: Conformance, JobId: string): Promise<JobDescriptor> {
  return await jobThatIs(aws, JobId, ["Suspended", ...ENDED]);
}

/** The job, as soon as it has ended. */
export async function endedJob(aws: Conformance, JobId: string): Promise<JobDescriptor> {
  return await jobThatIs(aws, JobId, ENDED);
}

/** A job's role with all rights of S3, KMS and Lambda, or with these statements. */
export async function jobRole(aws: Conformance, statements: object[] = [EVERYTHING]): Promise<string> {
  return await role(aws, statements, "batchoperations.s3.amazonaws.com");
}

// --- internal ---

let count = 0;
const ENDED = ["Complete", "Failed", "Cancelled"];
const EVERYTHING = { Effect: "Allow", Action: ["s3:*", "kms:*", "lambda:InvokeFunction"], Resource: "*" };

async function jobThatIs(aws: Conformance, JobId: string, statuses: string[]): Promise<JobDescriptor> {
  return await eventually(
    `job ${JobId} to be ${statuses.join(", ")}`,
    async () => {
      const { Job } = await aws.s3control.send(new DescribeJobCommand({ AccountId: aws.account, JobId }));
      return statuses.includes(Job?.Status ?? "") ? Job : undefined;
    },
    aws.real ? 900_000 : 30_000,
  );
}
