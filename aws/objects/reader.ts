import type { S3Client } from "@aws-sdk/client-s3";
import type { UploadTurns } from "#aws/copies/turns";
import { startInTime } from "#aws/deadline";
import type { Lanes } from "#aws/lanes/lanes";
import { askOnce } from "#aws/once/cache";
import { hazardsOnce } from "#aws/once/hazards-once";
import { getBucketPayer } from "#aws/s3/bucket-payer";
import { getBucketVersioning } from "#aws/s3/bucket-versioning";
import { headObject } from "#aws/s3/object-head";
import { isUploading } from "#aws/s3/object-uploads";
import type { Payer } from "#core/decide/object/facts";
import type { ObjectReader } from "#core/decide/object/reader";
import type { BucketReader } from "#core/decide/reader";
import type { Fact } from "#core/fact";
import type { HazardReader } from "#core/guard/reader";
import type { BucketRef } from "#core/names";

export interface ObjectReaderSettings {
  readonly buckets: Omit<BucketReader, "encryption"> & HazardReader;
  readonly s3: S3Client;
  /** Without retries of its own. */
  readonly objects: S3Client;
  /** Turns at objects that are copied in parts; absent: none is. */
  readonly parts?: UploadTurns | null;
  readonly lanes: Lanes;
  readonly deadline: number;
  /** Milliseconds since the epoch: no look is started after it. */
  readonly startBy: number;
  readonly now: () => number;
}

/**
 * Reads objects, and their buckets and keys once per batch: facts read within the batch are fresh
 * enough for each of its guards.
 */
export function objectReader(settings: ObjectReaderSettings): ObjectReader & HazardReader {
  const { buckets, s3, objects, parts, lanes, deadline, startBy, now } = settings;
  const begun = new Set<string>();
  const [tags, accountTags] = [askOnce<Tags>(), askOnce<Tags>()];
  const ous = askOnce<Fact<readonly string[]>>();
  const [keys, pins] = [askOnce<Awaited<ReturnType<BucketReader["key"]>>>(), askOnce<Fact<string | null>>()];
  const versioning = askOnce<Fact<"Enabled" | "Suspended" | "Disabled">>();
  const payers = askOnce<Fact<Payer>>();
  return {
    ...hazardsOnce(buckets),
    head: (object) => {
      const { bucket } = object.bucket;
      // Without the version: verifying a write may name another one and must not be refused.
      const name = JSON.stringify([bucket, object.key]);
      const head = () => headObject(objects, object);
      const inLane = (ask: typeof head, isFirst: boolean) =>
        lanes.run({ bucket, repeatable: true, deadline, isFirst }, ask);
      if (begun.has(name)) return inLane(head, false);
      begun.add(name);
      return startInTime({ by: startBy, now }, head, (ask) => inLane(ask, true));
    },
    tags: (ref) => tags(ref.bucket, () => buckets.tags(ref)),
    ous: (ref) => ous(ref.account, () => buckets.ous(ref)),
    accountTags: (ref) => accountTags(ref.account, () => buckets.accountTags(ref)),
    key: (ref, arn) => keys(`${place(ref)} ${arn}`, () => buckets.key(ref, arn, true)),
    pin: (ref, alias) => pins(`${place(ref)} ${alias}`, () => buckets.pin(ref, alias)),
    payer: (ref) => payers(ref.bucket, () => getBucketPayer(s3, ref)),
    uploading: (object) =>
      lanes.run({ bucket: object.bucket.bucket, repeatable: true, deadline }, () =>
        isUploading(objects, object, async () => (await parts?.begun(object)) ?? null),
      ),
    versioning: (ref) => versioning(ref.bucket, () => getBucketVersioning(s3, ref)),
  };
}

// --- internal ---

type Tags = Awaited<ReturnType<BucketReader["tags"]>>;

function place({ account, region }: BucketRef): string {
  return `${account} ${region}`;
}
