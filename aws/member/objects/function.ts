/**
 * The object function with its log and the mapping from its queue, as in the hub's own stack. Its
 * code is read from the hub's bucket of this Region when the stack is deployed.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */
export function memberObjectFunction(): Readonly<Record<string, object>> {
  return {
    Log: { Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: 90 } },
    ObjectFunction: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Description: "Keeps the encryption of objects as declared, for Bucketseal's hub",
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        Code: { S3Bucket: sub(`\${CodeBucketPrefix}\${AWS::Region}`), S3Key: { Ref: "CodeKey" } },
        MemorySize: 512,
        Timeout: 300,
        Role: arnOf("ObjectRole"),
        LoggingConfig: { LogFormat: "JSON", LogGroup: { Ref: "Log" } },
        // It sends messages to the queue that invokes it, and counts their hops itself.
        RecursiveLoop: "Allow",
        Environment: { Variables: variables },
      },
    },
    ObjectMapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        FunctionName: { Ref: "ObjectFunction" },
        EventSourceArn: arnOf("Events"),
        BatchSize: 50,
        MaximumBatchingWindowInSeconds: 1,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ScalingConfig: { MaximumConcurrency: { Ref: "Concurrency" } },
      },
    },
  };
}

// --- internal ---

const sub = (text: string) => ({ "Fn::Sub": text });
const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

const variables = {
  ACCOUNT_ID: { Ref: "AWS::AccountId" },
  HUB_REGION: { Ref: "HubRegion" },
  PLANE_ROLE_ARN: { Ref: "PlaneRole" },
  POLICY_TABLE: { Ref: "PolicyTable" },
  LEDGER_TABLE: { Ref: "LedgerTable" },
  TOPIC_ARN: { Ref: "TopicArn" },
  PAUSE_PARAMETER: { Ref: "PauseParameter" },
  QUEUE_URL: { Ref: "Events" },
  DEAD_LETTER_QUEUE_URL: { Ref: "DeadLetters" },
  OWN_SESSION_PREFIX: sub(`arn:\${AWS::Partition}:sts::\${AWS::AccountId}:assumed-role/\${ObjectRole}/`),
  OWN_ROLE_ARN: arnOf("ObjectRole"),
  COPY: "off",
  UPDATE_OBJECT_ENCRYPTION: { Ref: "UpdateOutsideAws" },
  WINDOW_SECONDS: { Ref: "WindowSeconds" },
  NODE_OPTIONS: "--enable-source-maps",
};
