import { someBucketsOf } from "#aws/history/buckets-of-rules";
import { readNotifications, sendsEvents } from "#aws/s3/bucket-notifications";
import { partitionOf } from "#core/names";
import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import { mapPool } from "../buckets/pool.ts";
import { plural } from "../terminal/plural.ts";
import { type Answer, finding, notKnown, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/**
 * Do buckets send their events to EventBridge where a rule looks after their objects by S3's own
 * events? Some of those that the ledger knows are looked at, not all.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
export const bucketEventsCheck: Check = {
  name: "bucket-events",
  look: async ({ session, deployment, home, policy, dynamodb }) => {
    const rules = relying(await policy());
    if (deployment.objects !== "on" || rules.size === 0) return [];
    const ledger = { dynamodb, table: deployment.ledgerTable };
    const buckets = await someBucketsOf(ledger, home, rules, MOST);
    const s3 = session.s3(home.region);
    const seen = await mapPool(buckets, PARALLEL, async (bucket) => {
      const ref = { partition: partitionOf(home.region), ...home, bucket };
      const found = await readNotifications(s3, ref);
      return { bucket, sends: found.known ? found.value === null || sendsEvents(found.value) : null };
    });
    return [judgeSenders(seen)];
  },
};

/** The answer about some buckets; `sends` is `null` where it could not be read. Pure. */
export function judgeSenders(seen: readonly { readonly bucket: string; readonly sends: boolean | null }[]): Answer {
  const named = (which: typeof seen) =>
    which
      .slice(0, 3)
      .map(({ bucket }) => safe(bucket))
      .join(", ");
  const [silent, unread] = [seen.filter(({ sends }) => sends === false), seen.filter(({ sends }) => sends === null)];
  if (silent.length > 0) {
    return finding(
      `${silent.length} of ${plural(seen.length, "bucket")} looked at send no events, so their objects are not looked at: ${named(silent)}`,
      "turn EventBridge on in the bucket's notifications, or say manageNotifications: true in the rule (and BUCKETSEAL_MANAGE_NOTIFICATIONS=on)",
    );
  }
  if (unread.length > 0) {
    return notKnown(
      `the notifications of ${plural(unread.length, "bucket")} could not be read: ${named(unread)}`,
      "use credentials that are allowed to s3:GetBucketNotification, and run it again",
    );
  }
  if (seen.length === 0) {
    return notKnown(
      "the ledger knows no bucket yet under a rule that relies on S3's own events",
      "run bucketseal sweep or doctor --canary, then doctor again",
    );
  }
  return ok(`${plural(seen.length, "bucket")} looked at, all send their events`);
}

// --- internal ---

const MOST = 25;
const PARALLEL = 5;

function relying({ rules }: Policy): ReadonlySet<string> {
  const found = rules.filter(
    ({ mode, objects }) =>
      mode !== "off" && objects !== undefined && objects.onWrite !== "off" && objects.source === "s3-events",
  );
  return new Set(found.map(({ id }) => id));
}
