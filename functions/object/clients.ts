import { S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "../runtime/client-settings.ts";
import { loopClients } from "../runtime/clients.ts";

/** The object function's AWS clients. */
export type ObjectClients = ReturnType<typeof objectClients>;

/**
 * Makes the clients. The SDK does not retry calls for objects: the lanes do, because they must see
 * every throttle.
 */
export function objectClients() {
  const { requestHandler } = clientSettings;
  return {
    ...loopClients(),
    objects: new S3Client({ maxAttempts: 1, requestHandler }),
  };
}
