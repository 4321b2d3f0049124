import type { S3ControlClientConfig } from "@aws-sdk/client-s3-control";

/**
 * Settings of a client of S3 Control for an endpoint of one's own. The SDK puts the account before
 * the host's name, which an address cannot have and names elsewhere do not.
 */
export function controlEndpoint(
  endpoint: string | null,
): Pick<S3ControlClientConfig, "endpointProvider" | "disableHostPrefix"> {
  if (endpoint === null) return {};
  const url = new URL(endpoint);
  return { endpointProvider: () => ({ url }), disableHostPrefix: true };
}
