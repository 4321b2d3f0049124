import { Agent } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

/**
 * Static credentials of an IAM user or a session; a root user of the local AWS has its account id
 * as key.
 */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** One client of each service the tests talk to, all with the same credentials. */
export interface Clients {
  dynamodb: DynamoDBClient;
  events: EventBridgeClient;
  iam: IAMClient;
  kms: KMSClient;
  lambda: LambdaClient;
  s3: S3Client;
  s3control: S3ControlClient;
  sns: SNSClient;
  sqs: SQSClient;
  ssm: SSMClient;
  sts: STSClient;
}

/**
 * Where clients connect, and as whom; without an endpoint, AWS, and without credentials the default
 * chain.
 */
export interface ClientOptions {
  endpoint?: string | undefined;
  credentials?: Credentials | undefined;
  region?: string | undefined;
  maxAttempts?: number | undefined;
}

/** Makes the clients. */
export function clients({ endpoint, credentials, region = "us-east-1", maxAttempts = 3 }: ClientOptions): Clients {
  const config = {
    region,
    maxAttempts,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  return {
    dynamodb: new DynamoDBClient(config),
    events: new EventBridgeClient(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    lambda: new LambdaClient(config),
    s3: new S3Client(config),
    s3control: new S3ControlClient({ ...config, ...controlEndpoint(endpoint) }),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
  };
}

// --- internal ---

/**
 * S3 Control puts the account id before the host name, which an IP address cannot have: names under
 * localhost do.
 */
function controlEndpoint(endpoint: string | undefined): object {
  if (endpoint === undefined) return {};
  const httpAgent = new Agent({
    keepAlive: true,
    lookup: (_name, { all }, done) =>
      all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4),
  });
  return { endpoint: endpoint.replace("127.0.0.1", "localhost"), requestHandler: { httpAgent } };
}
