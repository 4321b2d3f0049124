import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { clientSettings } from "../runtime/client-settings.ts";
import { loopClients } from "../runtime/clients.ts";
import type { Plane } from "./plane.ts";

/** The object function's AWS clients. */
export type ObjectClients = ReturnType<typeof objectClients>;

/**
 * Makes the clients. The SDK does not retry calls for objects: the lanes do, because they must see
 * every throttle. In a member account the tables, the pause switch and the topic are the hub's.
 */
export function objectClients(plane: Plane | null) {
  const { requestHandler } = clientSettings;
  return {
    ...loopClients(),
    ...(plane === null ? {} : hubClients(plane)),
    objects: new S3Client({ maxAttempts: 1, requestHandler }),
  };
}

// --- internal ---

function hubClients(plane: Plane) {
  const settings = { ...clientSettings, ...plane };
  return { dynamodb: new DynamoDBClient(settings), sns: new SNSClient(settings), ssm: new SSMClient(settings) };
}
