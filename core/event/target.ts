import { field, many, text } from "./loose.ts";

/** What a call is about, as far as its record says. */
export interface Target {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/**
 * The bucket and the object of a call. Either of the two places that name them may fail:
 * `requestParameters` are left out above 100 KB, as for uploads of some thousand parts, and name
 * an access point's ARN, alias or name for a call through it; `resources` then name the real bucket
 * and object. CreateBucket has no `resources`, and a copy's name the bucket it reads from too.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-monitoring-logging.html
 */
export function targetOf(record: unknown): Target {
  const request = field(record, "requestParameters");
  const resources = many(field(record, "resources"));
  const source = sourceOf(text(field(request, "x-amz-copy-source")));
  const named = text(field(request, "bucketName")) ?? bucketOfArn(text(field(request, "resource")));
  const bucket = bucketOf(named, resources, source?.bucket);
  return { bucket, key: text(field(request, "key")) ?? keyIn(bucket, resources, source?.key) };
}

/** The bucket that an ARN names; `undefined` for any other ARN. */
export function bucketOfArn(arn = ""): string | undefined {
  return /^arn:[^:]+:s3:::([^/:]+)$/.exec(arn)?.[1];
}

// --- internal ---

/** Suffixes of aliases that no bucket's name may have: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const ALIAS = /(?:-s3alias|--ol-s3|--op-s3|--xa-s3|\.mrap)$/;

function bucketOf(
  named: string | undefined,
  resources: readonly unknown[],
  source: string | undefined,
): string | undefined {
  const buckets = [...new Set(resources.flatMap((resource) => bucketIn(resource) ?? []))];
  if (named !== undefined && buckets.includes(named)) return named;
  const others = buckets.length === 1 ? buckets : buckets.filter((bucket) => bucket !== source);
  const only = others.length === 1 ? others[0] : undefined;
  if (named === undefined || /[:/]/.test(named) || ALIAS.test(named) || resources.some(isAccessPoint)) return only;
  return only === undefined || only === source ? named : only;
}

function bucketIn(resource: unknown): string | undefined {
  const arn = text(field(resource, "ARN"));
  const type = field(resource, "type");
  if (type === "AWS::S3::Bucket") return bucketOfArn(arn);
  return type === "AWS::S3::Object" ? objectOfArn(arn)?.bucket : undefined;
}

function isAccessPoint(resource: unknown): boolean {
  return /AccessPoint/.test(text(field(resource, "type")) ?? "");
}

/** The one object of the bucket that `resources` name, but for the one that a copy reads. */
function keyIn(
  bucket: string | undefined,
  resources: readonly unknown[],
  source: string | undefined,
): string | undefined {
  const objects = resources.flatMap((resource) => objectOfArn(text(field(resource, "ARN"))) ?? []);
  const keys = new Set(objects.filter((object) => object.bucket === bucket).map(({ key }) => key));
  if (keys.size > 1 && source !== undefined) keys.delete(source);
  return keys.size === 1 ? [...keys][0] : undefined;
}

function objectOfArn(arn = ""): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = /^arn:[^:]+:s3:::([^/:]+)\/(.+)$/s.exec(arn) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

function sourceOf(header = ""): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = /^\/?([^/:]+)\/([^?]+)/s.exec(header) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
