import { objectDetail } from "#core/event/calls";

/**
 * The two sources of events about objects, as in the hub's own stack: S3's own events, of buckets
 * that send them, and data events, of buckets that a trail of this account logs.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
export function memberObjectRules(): Readonly<Record<string, object>> {
  return {
    CreatedRule: rule("Objects written to buckets that send their events to EventBridge", {
      "detail-type": ["Object Created"],
    }),
    CalledRule: rule("S3 calls that can encrypt an object differently from its bucket's default", {
      "detail-type": ["AWS API Call via CloudTrail"],
      detail: objectDetail,
    }),
  };
}

// --- internal ---

function rule(Description: string, pattern: object): object {
  const own = { source: ["aws.s3"], account: [{ Ref: "AWS::AccountId" }], region: [{ Ref: "AWS::Region" }] };
  const arn = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });
  return {
    Type: "AWS::Events::Rule",
    Properties: {
      Description,
      EventPattern: { ...own, ...pattern },
      Targets: [{ Id: "events", Arn: arn("Events"), DeadLetterConfig: { Arn: arn("Undelivered") } }],
    },
  };
}
