import { type QueueSeen, readQueue } from "#aws/sqs/queue-settings";
import type { Fact } from "#core/fact";
import { deadLetterQueues } from "#core/stage/dead-letter-queues";
import { plural } from "../terminal/plural.ts";
import { type Answer, finding, ok, RESTORE, unread } from "./answer.ts";
import type { Check } from "./check.ts";

/** Are there messages that could not be processed or delivered? */
export const deadLettersCheck: Check = {
  name: "dead-letters",
  look: async ({ sqs, deployment }) =>
    Promise.all(
      deadLetterQueues(deployment).map(async ({ name, url }) => judgeDeadLetters(name, await readQueue(sqs, url))),
    ),
};

/** The answer about one dead-letter queue. Pure. */
export function judgeDeadLetters(name: string, seen: Fact<QueueSeen | null>): Answer {
  const what = `the dead-letter queue ${name}`;
  if (!seen.known) return unread(seen, what, "sqs:GetQueueAttributes");
  if (seen.value === null) return finding(`${what} is gone: what cannot be processed is lost`, RESTORE);
  if (seen.value.messages === 0) return ok(`${what} is empty`);
  return finding(
    `${what} has about ${plural(seen.value.messages, "message")}`,
    "read their causes: bucketseal dead-letters list",
  );
}
