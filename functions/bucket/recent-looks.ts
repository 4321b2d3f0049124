import type { SQSRecord } from "aws-lambda";
import type { Done } from "#core/bucket/reconcile";
import type { Work } from "#core/bucket/work";
import type { BucketRef } from "#core/names";
import { metrics } from "../runtime/telemetry.ts";

/**
 * The looks of this instance that found nothing to do. Whoever sends ten thousand events about one
 * bucket would else have every other bucket wait for ten thousand looks: SQS's fair queues need a
 * group in each message, and EventBridge gives all messages of a rule the same one.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html
 */
export class RecentLooks {
  readonly #now: () => number;
  readonly #looks = new Map<string, RecentLook>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Remembers a look, and what it was for. */
  remember({ ref, triggers }: Pick<Work, "ref" | "triggers">, look: Done): void {
    const last = this.#looks.get(nameOf(ref));
    const times = last !== undefined && look.readAt - last.readAt <= KEPT_MS ? last.times + 1 : 1;
    if (this.#looks.size >= REMEMBERED) this.#looks.clear();
    this.#looks.set(nameOf(ref), { ...look, times, events: new Set(triggers.map(({ eventId }) => eventId)) });
  }

  /**
   * Whether a look answered a message before it was read: an event, not a look that was postponed,
   * about a bucket that was looked at again and again. That look had the event in hand, or began
   * after it was on record. The ledger does not name such an event.
   */
  answers({ attributes }: Pick<SQSRecord, "attributes">, { ref, triggers, after, since }: Work): boolean {
    const look = this.#looks.get(nameOf(ref));
    if (look === undefined || look.times < BUSY || after.length > 0 || since !== null) return false;
    if (this.#now() - look.readAt > KEPT_MS || triggers.length === 0) return false;
    const isOnRecord = Number(attributes.SentTimestamp) + CLOCKS_MS < look.readAt;
    const isAnswered = triggers.every(
      (trigger) => (isOnRecord || look.events.has(trigger.eventId)) && look.answers(trigger),
    );
    if (isAnswered) metrics.addMetric("EventsAnswered", "Count", 1);
    return isAnswered;
  }
}

// --- internal ---

interface RecentLook extends Pick<Done, "readAt" | "answers"> {
  /** How often the bucket was looked at, never long after the look before. */
  readonly times: number;
  readonly events: ReadonlySet<string>;
}

/** Milliseconds for which a look counts: the policy, a key or an alias may change meanwhile. */
const KEPT_MS = 10_000;
/** Milliseconds by which SQS's clock and ours may differ. */
const CLOCKS_MS = 1_000;
/** Looks that every event gets before any is answered by the last one. */
const BUSY = 3;
/** Looks to remember; beyond that all are forgotten. */
const REMEMBERED = 1_000;

function nameOf({ account, region, bucket }: BucketRef): string {
  return JSON.stringify([account, region, bucket]);
}
