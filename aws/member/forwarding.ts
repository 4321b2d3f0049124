import { boundary } from "./boundary.ts";

/**
 * What forwards events to the hub's bus, as resources of the template: the rule, the role by which
 * EventBridge sends, and a queue for what it could not send in a day. The queue costs nothing while
 * it is empty, and shows the account's owner that the hub's bus refuses what they send; the sweep
 * finds what was lost.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function forwarding(ruleName: string, detail: object): Readonly<Record<string, object>> {
  const rule = { "Fn::Sub": `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/${ruleName}` };
  const bus = { "Fn::Sub": `arn:\${AWS::Partition}:events:\${HubRegion}:\${HubAccount}:event-bus/\${HubBus}` };
  const fromTheRule = {
    StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
    ArnEquals: { "aws:SourceArn": rule },
  };
  const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
  const made = (Type: string, Properties: object, rest: object = {}) => ({
    Type,
    Condition: "Forwards",
    ...rest,
    Properties,
  });
  return {
    ForwardRule: made("AWS::Events::Rule", {
      Name: ruleName,
      EventPattern: {
        source: ["aws.s3", "aws.kms"],
        account: [{ Ref: "AWS::AccountId" }],
        region: [{ Ref: "AWS::Region" }],
        "detail-type": ["AWS API Call via CloudTrail"],
        detail,
      },
      Targets: [
        { Id: "hub", Arn: bus, RoleArn: arnOf("ForwardRole"), DeadLetterConfig: { Arn: arnOf("NotForwarded") } },
      ],
    }),
    ForwardRole: made("AWS::IAM::Role", {
      // Roles are the account's, and this one is made in every Region.
      RoleName: { "Fn::Sub": `\${RolePrefix}\${AWS::Region}` },
      Path: { Ref: "RolePath" },
      PermissionsBoundary: boundary,
      AssumeRolePolicyDocument: policy({ ...byEventBridge, Action: "sts:AssumeRole", Condition: fromTheRule }),
      Policies: [
        {
          PolicyName: "forward",
          PolicyDocument: policy({ Effect: "Allow", Action: "events:PutEvents", Resource: bus }),
        },
      ],
    }),
    NotForwarded: made(
      "AWS::SQS::Queue",
      { SqsManagedSseEnabled: true, MessageRetentionPeriod: FOURTEEN_DAYS },
      isADeadLetterQueue,
    ),
    NotForwardedPolicy: made("AWS::SQS::QueuePolicy", {
      Queues: [{ Ref: "NotForwarded" }],
      PolicyDocument: policy(
        { ...byEventBridge, Action: "sqs:SendMessage", Resource: arnOf("NotForwarded"), Condition: fromTheRule },
        {
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: arnOf("NotForwarded"),
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ),
    }),
  };
}

// --- internal ---

const FOURTEEN_DAYS = 1_209_600;

const byEventBridge = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" } };

const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

const isADeadLetterQueue = {
  Metadata: {
    cdk_nag: {
      rules_to_suppress: [{ id: "AwsSolutions-SQS3", reason: "It is the dead-letter queue of the rule's target" }],
    },
  },
};
