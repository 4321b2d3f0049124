import { S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "../runtime/client-settings.ts";
import { loopClients } from "../runtime/clients.ts";

/** The object function's AWS clients. */
export type ObjectClients = ReturnType<typeof objectClients>;

/**
 * Makes the clients. The SDK does not retry calls for objects: the lanes do, because they must see
 * every throttle. A copy takes as long as S3 needs to move up to 5 GB.
 */
export function objectClients() {
  const { requestHandler } = clientSettings;
  return {
    ...loopClients(),
    objects: new S3Client({ maxAttempts: 1, requestHandler }),
    copies: new S3Client({ maxAttempts: 1, requestHandler: { ...requestHandler, requestTimeout: COPY_MILLISECONDS } }),
  };
}

// --- internal ---

/** The function has 300 seconds. */
const COPY_MILLISECONDS = 240_000;
