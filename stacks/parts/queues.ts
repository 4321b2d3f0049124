import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Effect, PolicyStatement, StarPrincipal } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { MAX_RECEIVES } from "#core/stage/queue";
import { accept } from "./accept.ts";

/** A queue that invokes a function. */
export interface Line {
  readonly events: Queue;
  /** The dead-letter queue: messages that a function could not process. */
  readonly deadLetters: Queue;
}

export interface Queues extends Line {
  /** Events that EventBridge could not deliver to the queue. */
  readonly undelivered: Queue;
}

/**
 * A queue for events with its dead-letter queues: encrypted, TLS only, with SQS's longest
 * retention.
 */
export function queues(scope: Construct, id: string, visibilityTimeout: Duration): Queues {
  const made = line(scope, id, visibilityTimeout);
  const undelivered = queue(scope, `${id}Undelivered`);
  accept(
    undelivered,
    "AwsSolutions-SQS3",
    "It is the dead-letter queue of an EventBridge rule, of a stream's mapping or of a schedule.",
  );
  return { ...made, undelivered };
}

/** The same for a queue that only Bucketseal itself sends to. */
export function line(scope: Construct, id: string, visibilityTimeout: Duration): Line {
  const deadLetters = queue(scope, `${id}DeadLetters`);
  const events = queue(scope, `${id}Events`, {
    visibilityTimeout,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
  });
  return { events, deadLetters };
}

/**
 * Denies every sender but these roles and EventBridge rules, whatever their own policies say,
 * administrators included. Keys under one operator must all hold, and a negated operator holds
 * where its key is absent. So EventBridge passes by its `aws:SourceArn` (it has no
 * `aws:PrincipalArn`), a role's session by its role's ARN in `aws:PrincipalArn`, and a request with
 * neither is refused. SQS's own moves to a dead-letter queue are not SendMessage. An allow is still
 * needed beside it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function closeQueue(queue: Queue, roleArns: readonly string[], ruleArns: readonly string[] | null): void {
  const senders = {
    ...(roleArns.length === 0 ? {} : { "aws:PrincipalArn": [...roleArns] }),
    ...(ruleArns === null ? {} : { "aws:SourceArn": ruleArns.length === 1 ? ruleArns[0] : [...ruleArns] }),
  };
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: "NobodyElseSends",
      effect: Effect.DENY,
      principals: [new StarPrincipal()],
      actions: ["sqs:SendMessage"],
      resources: [queue.queueArn],
      // Without any sender there is nothing to compare, and an empty condition is not allowed.
      ...(Object.keys(senders).length === 0 ? {} : { conditions: { ArnNotEquals: senders } }),
    }),
  );
}

// --- internal ---

function queue(scope: Construct, id: string, rest: ConstructorParameters<typeof Queue>[2] = {}): Queue {
  return new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...rest,
  });
}
