import type { ObjectFacts } from "#core/decide/object/facts";
import { safe } from "#core/safe";
import type { ObservedWrite, PlannedWrite } from "./strategy.ts";

/** Whether an object has the encryption that a write was to apply. */
export function hasWanted({ after }: PlannedWrite, { encryption }: ObjectFacts): boolean {
  return (
    encryption.algorithm === after.algorithm &&
    (after.key === undefined || encryption.key === after.key) &&
    (after.algorithm !== "aws:kms" || encryption.bucketKey === after.bucketKey)
  );
}

/** Whether a version id names one version. `null` is a slot that every unversioned write reuses. */
export function isVersion(versionId: string | undefined): boolean {
  return versionId !== undefined && versionId !== "null";
}

/** The alarm that an object's bytes have changed. */
export function alarm(seen: ObjectFacts, now: ObjectFacts): ObservedWrite {
  const before = `${seen.size} bytes and ETag ${safe(seen.etag)} before the write`;
  const what = `the same object had ${before}, and ${now.size} bytes and ETag ${safe(now.etag)} after it`;
  return { kind: "alarm", what };
}
