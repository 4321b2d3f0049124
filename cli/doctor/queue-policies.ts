import { type QueueSeen, readQueue } from "#aws/sqs/queue-settings";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";
import { type Answer, finding, ok, RESTORE, unread } from "./answer.ts";
import type { Check } from "./check.ts";
import { type ClosedQueue, closedQueues } from "./closed-queues.ts";

/**
 * Are the queues' policies as deployed: closed to all senders but their own, and open to the rules
 * that bring events?
 */
export const queuePoliciesCheck: Check = {
  name: "queue-policies",
  look: async ({ sqs, deployment, home }) =>
    Promise.all(
      closedQueues(deployment, home).map(async (queue) => judgeQueue(queue, await readQueue(sqs, queue.url))),
    ),
};

/** The answer about one queue's policy. Pure. */
export function judgeQueue(queue: ClosedQueue, seen: Fact<QueueSeen | null>): Answer {
  const what = `queue ${safe(queue.name)}`;
  if (!seen.known) return unread(seen, what, "sqs:GetQueueAttributes");
  if (seen.value === null) return finding(`${what} is gone`, RESTORE);
  const statements = statementsOf(seen.value.policy);
  const denies = statements.filter(({ Effect }) => Effect === "Deny").map((each) => JSON.stringify(each));
  const closed = denies.some(
    (text) => text.includes("sqs:SendMessage") && queue.senders.every((arn) => text.includes(JSON.stringify(arn))),
  );
  if (!closed) return finding(`${what} is open: others may send to it`, RESTORE);
  const strangers = statements.filter((each) => each.Effect === "Allow" && !isOurs(each, queue));
  if (strangers.length > 0) {
    return finding(
      `the policy of ${what} allows more than was deployed: ${safe(JSON.stringify(strangers[0]), 300)}`,
      RESTORE,
    );
  }
  const missing = queue.ruleArns.find(
    (arn) => !statements.some((each) => each.Effect === "Allow" && JSON.stringify(each).includes(JSON.stringify(arn))),
  );
  if (missing !== undefined) return finding(`${what} does not let ${safe(missing)} send: its events are lost`, RESTORE);
  return ok(`the policy of ${what} is as deployed`);
}

// --- internal ---

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

function statementsOf(policy: string): readonly Statement[] {
  try {
    const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
    return [Statement].flat();
  } catch {
    return [];
  }
}

/** The one kind of allow that a stack writes: EventBridge, for one rule of this stage. */
function isOurs({ Principal, Condition }: Statement, { ruleArns }: ClosedQueue): boolean {
  const service = (Principal as { Service?: unknown } | undefined)?.Service;
  return (
    service === "events.amazonaws.com" &&
    ruleArns.some((arn) => JSON.stringify(Condition ?? {}).includes(JSON.stringify(arn)))
  );
}
