import { randomUUID } from "node:crypto";
import type { BucketRef } from "#core/names";

/** A bucket used by no other test. */
export function newRef(): BucketRef {
  return { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: randomUUID() };
}
