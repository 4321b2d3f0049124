import { MAX_RECEIVES } from "#core/stage/queue";

/**
 * The queue of events about objects, with its dead-letter queues: encrypted, TLS only, and closed
 * to everybody but the rules, the function and the redrive role, whatever other policies say.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function memberObjectQueues(): Readonly<Record<string, object>> {
  return {
    Events: queue({
      VisibilityTimeout: SIX_TIMES_THE_FUNCTION,
      RedrivePolicy: { deadLetterTargetArn: arnOf("DeadLetters"), maxReceiveCount: MAX_RECEIVES },
    }),
    DeadLetters: queue({}, "It is the dead-letter queue of the events"),
    Undelivered: queue({}, "It is the dead-letter queue of the rules' targets"),
    EventsPolicy: policy("Events", { rules: true, roles: ["ObjectRole", "RedriveRole"] }),
    DeadLettersPolicy: policy("DeadLetters", { rules: false, roles: ["ObjectRole"] }),
    UndeliveredPolicy: policy("Undelivered", { rules: true, roles: [] }),
  };
}

// --- internal ---

const SIX_TIMES_THE_FUNCTION = 1800;
const FOURTEEN_DAYS = 1_209_600;

const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

function queue(properties: object, isDeadLetterQueue?: string): object {
  return {
    Type: "AWS::SQS::Queue",
    ...(isDeadLetterQueue === undefined
      ? {}
      : {
          Metadata: {
            cdk_nag: { rules_to_suppress: [{ id: "AwsSolutions-SQS3", reason: isDeadLetterQueue }] },
          },
        }),
    Properties: { SqsManagedSseEnabled: true, MessageRetentionPeriod: FOURTEEN_DAYS, ...properties },
  };
}

/**
 * An event passes by its rule's ARN, which is no `aws:PrincipalArn`, the function by its role's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
function policy(id: string, senders: { readonly rules: boolean; readonly roles: readonly string[] }): object {
  const rules = ["CreatedRule", "CalledRule"].map(arnOf);
  const deny = (Sid: string, Action: string, Condition: object) => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: arnOf(id),
    Condition,
  });
  const Statement = [
    ...(senders.rules
      ? [
          {
            Sid: "RulesMaySend",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: arnOf(id),
            Condition: {
              ArnEquals: { "aws:SourceArn": rules },
              StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
            },
          },
        ]
      : []),
    deny("NobodyElseSends", "sqs:SendMessage", {
      ArnNotEquals: {
        ...(senders.roles.length > 0 ? { "aws:PrincipalArn": senders.roles.map(arnOf) } : {}),
        ...(senders.rules ? { "aws:SourceArn": rules } : {}),
      },
    }),
    deny("TlsOnly", "sqs:*", { Bool: { "aws:SecureTransport": "false" } }),
  ];
  const PolicyDocument = { Version: "2012-10-17", Statement };
  return { Type: "AWS::SQS::QueuePolicy", Properties: { Queues: [{ Ref: id }], PolicyDocument } };
}
