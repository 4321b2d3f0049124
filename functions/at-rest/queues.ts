import type { ObjectEnvironment } from "../object/environment.ts";

/** The queues of existing objects, and the one of the function that lists them. */
export interface AtRestQueues {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly backfillQueueUrl: string;
}

/**
 * The queues that the stack gives the object function with its option for existing objects.
 * @throws Error where there are none: then no message comes from them either.
 */
export function atRestQueues(settings: ObjectEnvironment): AtRestQueues {
  const { AT_REST_QUEUE_URL, AT_REST_DEAD_LETTER_QUEUE_URL, BACKFILL_QUEUE_URL } = settings;
  if (
    AT_REST_QUEUE_URL === undefined ||
    AT_REST_DEAD_LETTER_QUEUE_URL === undefined ||
    BACKFILL_QUEUE_URL === undefined
  )
    throw new Error("this stage has no queues of existing objects");
  return {
    queueUrl: AT_REST_QUEUE_URL,
    deadLetterQueueUrl: AT_REST_DEAD_LETTER_QUEUE_URL,
    backfillQueueUrl: BACKFILL_QUEUE_URL,
  };
}
