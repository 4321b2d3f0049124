import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";

/** The object function's clients of AWS. */
export type ObjectClients = ReturnType<typeof objectClients>;

/**
 * Makes the clients. A call that hangs is given up well inside the function's time limit. What is called for objects is not tried again by the
 * SDK but by the lanes, which have to know when S3 or KMS ask for less; a copy takes as long as S3 needs to move up to 5 GB.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-maxsockets.html
 */
export function objectClients() {
  const settings = { maxAttempts: 3, requestHandler: patience(5_000) };
  return {
    s3: new S3Client(settings),
    objects: new S3Client({ maxAttempts: 1, requestHandler: patience(5_000) }),
    copies: new S3Client({ maxAttempts: 1, requestHandler: patience(COPY_MILLISECONDS) }),
    kms: new KMSClient(settings),
    dynamodb: new DynamoDBClient(settings),
    organizations: new OrganizationsClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
    ssm: new SSMClient(settings),
  };
}

// --- internal ---

/** The function has 300 seconds. */
const COPY_MILLISECONDS = 240_000;

function patience(requestTimeout: number): {
  connectionTimeout: number;
  requestTimeout: number;
  throwOnRequestTimeout: boolean;
} {
  return { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true };
}
