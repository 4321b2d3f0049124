import type { Alert } from "./alert-schema.ts";

const SSE_C = { "SSE-C": "SSE-C blocked", NONE: "SSE-C allowed", "not-stated": "SSE-C not stated" } as const;

/** A bucket's encryption in one line: `aws:kms, key arn:…, bucket key on, SSE-C blocked`. */
export function encryptionText({ algorithm, key, bucketKey, sseC }: NonNullable<Alert["before"]>): string {
  const usesKey = key !== undefined || algorithm?.startsWith("aws:");
  return [
    algorithm ?? "no default (S3 uses AES256)",
    ...(usesKey ? [key === undefined ? "no key named" : `key ${key}`] : []),
    ...(usesKey || bucketKey ? [`bucket key ${bucketKey ? "on" : "off"}`] : []),
    SSE_C[sseC],
  ].join(", ");
}
