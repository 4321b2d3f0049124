import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { clientSettings } from "../runtime/client-settings.ts";

/** The object function's clients of AWS. */
export type ObjectClients = ReturnType<typeof objectClients>;

/**
 * Makes the clients. What is called for objects is not tried again by the SDK but by the lanes, which have to know when S3 or KMS ask for
 * less; a copy takes as long as S3 needs to move up to 5 GB.
 */
export function objectClients() {
  const { requestHandler } = clientSettings;
  return {
    s3: new S3Client(clientSettings),
    objects: new S3Client({ maxAttempts: 1, requestHandler }),
    copies: new S3Client({ maxAttempts: 1, requestHandler: { ...requestHandler, requestTimeout: COPY_MILLISECONDS } }),
    kms: new KMSClient(clientSettings),
    dynamodb: new DynamoDBClient(clientSettings),
    sns: new SNSClient(clientSettings),
    sqs: new SQSClient(clientSettings),
    ssm: new SSMClient(clientSettings),
  };
}

// --- internal ---

/** The function has 300 seconds. */
const COPY_MILLISECONDS = 240_000;
