import { messageOf, nameOf, statusOf } from "#aws/error";

/**
 * A call about a bucket in a Region. Whatever way S3 has of saying that the bucket is in another
 * one is thrown as S3's error for a bucket that is gone, and so never tried again; any other error
 * as it is.
 * @param region - the Region that the call is sent to
 */
export async function inRegion<T>(region: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw isElsewhere(error, region) ? new Elsewhere(region, error) : error;
  }
}

/**
 * The Region that an error of S3 names as the bucket's: in the header that HeadBucket relies on, in
 * the error's own element, in the endpoint of a redirect, or in its sentence. `null`: it names
 * none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
 */
export function namedRegion(error: unknown): string | null {
  const { $response, Region: element, Endpoint: endpoint } = (error ?? {}) as Said;
  const header = $response?.headers?.["x-amz-bucket-region"];
  const texts = [header, element, regionOfHost(endpoint), IN_SENTENCE[nameOf(error)]?.exec(messageOf(error))?.[1]];
  return texts.find((text) => text !== undefined && REGION.test(text)) ?? null;
}

// --- internal ---

/**
 * A bucket that S3 says is in another Region: for the Region that was asked it is gone, under the
 * name and the status of S3's own error for that.
 */
class Elsewhere extends Error {
  override readonly name = "NoSuchBucket";
  readonly $metadata = { httpStatusCode: 404 };

  constructor(region: string, cause: unknown) {
    super(`the bucket is not in ${region}: ${messageOf(cause)}`, { cause });
  }
}

interface Said {
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly Region?: string;
  readonly Endpoint?: string;
}

const REGION = /^[a-z]+(-[a-z]+)+-\d+$/;

/**
 * A refusal tells of the Region as well. A HEAD that was signed for another Region is a 400 without
 * a body: only the header tells it from expired credentials.
 */
const WITH_REGION: ReadonlySet<number> = new Set([301, 302, 307, 400, 403]);

/** Redirects say it by themselves, even where they do not name the other Region. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 307]);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
const IN_SENTENCE: Readonly<Record<string, RegExp>> = {
  AuthorizationHeaderMalformed: /expecting\W+(?:apos;|#39;)?([a-z0-9-]+)/,
  IllegalLocationConstraintException: /The ([a-z0-9-]+) location constraint is incompatible/,
};

function isElsewhere(error: unknown, region: string): boolean {
  const status = statusOf(error) ?? 0;
  const named = namedRegion(error);
  return named === null ? REDIRECTS.has(status) : WITH_REGION.has(status) && named !== region;
}

function regionOfHost(host: string | undefined): string | undefined {
  return /(?:^|\.)s3[.-](?:dualstack\.)?([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(host ?? "")?.[1];
}
