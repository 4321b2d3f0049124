import { Duration } from "aws-cdk-lib";
import { Effect, PolicyStatement, StarPrincipal } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

export interface Queues {
  readonly events: Queue;
  /** Messages that a function gave up on. */
  readonly deadLetters: Queue;
  /** Events that EventBridge could not deliver to the queue. */
  readonly undelivered: Queue;
}

/** A queue for events with its dead letters: encrypted, TLS only, kept as long as SQS keeps anything. */
export function queues(scope: Construct, id: string, visibilityTimeout: Duration): Queues {
  const queue = (name: string, rest: ConstructorParameters<typeof Queue>[2] = {}) =>
    new Queue(scope, `${id}${name}`, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...rest,
    });
  const deadLetters = queue("DeadLetters");
  const undelivered = queue("Undelivered");
  const events = queue("Events", { visibilityTimeout, deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 } });
  return { events, deadLetters, undelivered };
}

/** Refuses every sender but one role and one EventBridge rule, whatever their own policies say. */
export function closeQueue(queue: Queue, roleArn: string | null, ruleArn: string | null): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: "NobodyElseSends",
      effect: Effect.DENY,
      principals: [new StarPrincipal()],
      actions: ["sqs:SendMessage"],
      resources: [queue.queueArn],
      conditions: {
        ArnNotEquals: {
          ...(roleArn === null ? {} : { "aws:PrincipalArn": roleArn }),
          ...(ruleArn === null ? {} : { "aws:SourceArn": ruleArn }),
        },
      },
    }),
  );
}
