import {
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { nameOf, unknownOrThrow } from "#aws/error";
import { fact } from "#aws/fact";
import type { Fact, FactError } from "#core/fact";
import type { BucketRef } from "#core/names";
import { inRegion } from "./elsewhere.ts";
import { sendOnce, type WritePermit } from "./send-once.ts";

/** A bucket's whole notification configuration; `null`: there is no such bucket. */
export type Notifications = NotificationConfiguration | null;

/**
 * Which destinations a bucket sends its objects' events to.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readNotifications(s3: S3Client, ref: BucketRef): Promise<Fact<Notifications>> {
  const get = new GetBucketNotificationConfigurationCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account });
  return fact<Notifications>(
    "GetBucketNotificationConfiguration",
    async () => {
      const { $metadata: _, ...configuration } = await inRegion(ref.region, () => s3.send(get));
      return configuration;
    },
    { NoSuchBucket: null },
  );
}

export type SwitchedOn =
  /** `changes`: differences that we did not make, one sentence each. */
  | { readonly kind: "switched on"; readonly stillOn: boolean; readonly changes: readonly string[] }
  | { readonly kind: "gone" }
  | { readonly kind: "refused"; readonly error: FactError };

/**
 * Switches a bucket's events to EventBridge on and leaves the rest as it was read. S3 replaces the
 * whole configuration without a condition, so a trigger that somebody adds between our read and our
 * write is lost; that is why everything is read again and compared. Destinations are not validated:
 * other people's may no longer exist, and stay as they are.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function switchEventsOn(
  s3: S3Client,
  ref: BucketRef,
  seen: NotificationConfiguration,
  permit: WritePermit,
): Promise<SwitchedOn> {
  const put = new PutBucketNotificationConfigurationCommand({
    Bucket: ref.bucket,
    ExpectedBucketOwner: ref.account,
    SkipDestinationValidation: true,
    NotificationConfiguration: { ...seen, EventBridgeConfiguration: {} },
  });
  try {
    await inRegion(ref.region, () => sendOnce(s3, put, permit));
  } catch (error) {
    if (nameOf(error) === "NoSuchBucket") return { kind: "gone" };
    return { kind: "refused", error: unknownOrThrow(error, "PutBucketNotificationConfiguration").error };
  }
  const now = await readNotifications(s3, ref);
  if (!now.known)
    return { kind: "switched on", stillOn: true, changes: [`it could not be read again: ${now.error.name}`] };
  if (now.value === null) return { kind: "gone" };
  return { kind: "switched on", stillOn: sendsEvents(now.value), changes: changesBetween(seen, now.value) };
}

/** Whether a bucket sends its events to EventBridge. */
export function sendsEvents(configuration: Notifications): boolean {
  return configuration?.EventBridgeConfiguration !== undefined;
}

// --- internal ---

const KINDS = ["LambdaFunctionConfigurations", "QueueConfigurations", "TopicConfigurations"] as const;

function changesBetween(before: NotificationConfiguration, after: NotificationConfiguration): string[] {
  return KINDS.flatMap((kind) => {
    const [old, now] = [entries(before[kind]), entries(after[kind])];
    const gone = [...old].filter((entry) => !now.has(entry)).map((entry) => `gone from ${kind}: ${entry}`);
    const added = [...now].filter((entry) => !old.has(entry)).map((entry) => `new in ${kind}: ${entry}`);
    return [...gone, ...added];
  });
}

function entries(list: readonly object[] | undefined): ReadonlySet<string> {
  return new Set((list ?? []).map((entry) => JSON.stringify(sorted(entry))));
}

/** A value whose fields and lists are in one order: theirs means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}
