import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { clientSettings } from "./client-settings.ts";

/** The AWS clients of a function that takes events from a queue. */
export type LoopClients = ReturnType<typeof loopClients>;

/** Makes the clients, once for the life of the function. */
export function loopClients() {
  return {
    s3: new S3Client(clientSettings),
    kms: new KMSClient(clientSettings),
    dynamodb: new DynamoDBClient(clientSettings),
    sns: new SNSClient(clientSettings),
    sqs: new SQSClient(clientSettings),
    ssm: new SSMClient(clientSettings),
  };
}
