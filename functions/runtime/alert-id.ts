import { createHash } from "node:crypto";

/**
 * The id of an alert, made from what it reports: several functions that find the same, and the
 * redelivery of a message, give one id, by which readers drop duplicates.
 */
export function alertId(...reported: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(reported), "utf8").digest("hex").slice(0, 32);
}
