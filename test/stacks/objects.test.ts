import { beforeAll, describe, expect, test } from "vitest";
import { objectCalls } from "#core/event/calls";
import { type Hub, synthesize } from "../../scripts/synthesize.ts";
import { objectOptions } from "../../stacks/object/options.ts";
import { options } from "../../stacks/options.ts";

let hub: Hub;
beforeAll(async () => {
  hub = await synthesize();
});

/** Forwarded events keep the account and Region they come from. */
const own = { source: ["aws.s3"], account: ["111122223333"], region: ["eu-west-1"] };
const target = [{ Id: "Target0", Arn: "ObjectEvents.Arn", DeadLetterConfig: { Arn: "ObjectUndelivered.Arn" } }];

describe("events about objects reach one queue from two sources:", () => {
  test("from S3 itself every object created in a bucket that sends its events, as they are", () => {
    expect(hub.properties("ObjectCreatedRule")).toMatchObject({
      State: "ENABLED",
      EventPattern: { ...own, "detail-type": ["Object Created"] },
    });
    expect(hub.properties("ObjectCreatedRule").Targets).toEqual(target);
  });

  test("from CloudTrail's data events, but for what an SSE-KMS default of the bucket encrypted; what says nothing is sent", () => {
    expect(hub.properties("ObjectCalledRule").EventPattern).toEqual({
      ...own,
      "detail-type": ["AWS API Call via CloudTrail"],
      detail: {
        eventSource: ["s3.amazonaws.com"],
        eventName: [...objectCalls],
        errorCode: [{ exists: false }],
        $or: [
          { additionalEventData: { SSEApplied: [{ "anything-but": ["Default_SSE_KMS", "Default_DSSE_KMS"] }] } },
          { additionalEventData: { SSEApplied: [{ exists: false }] } },
        ],
      },
    });
    expect(hub.properties("ObjectCalledRule").Targets).toEqual(target);
  });

  test("from CloudTrail exactly the calls that the function reads", () => {
    const { detail } = hub.properties("ObjectCalledRule").EventPattern as { detail: { eventName: unknown } };
    expect(detail.eventName).toEqual(objectCalls);
  });

  test("from rules that may send to the queue and to that of undelivered ones, where nobody else may", () => {
    const policies = hub.ofType("AWS::SQS::QueuePolicy").map((id) => hub.properties(id));
    const [policy = {}] = policies.filter((each) => (each.Queues as string[]).includes("ObjectUndelivered"));
    const { Statement } = policy.PolicyDocument as { Statement: Record<string, unknown>[] };
    expect(Statement.find(({ Sid }) => Sid === "NobodyElseSends")?.Condition).toEqual({
      ArnNotEquals: { "aws:SourceArn": ["ObjectCreatedRule.Arn", "ObjectCalledRule.Arn"] },
    });
    const allowed = Statement.filter(({ Effect }) => Effect === "Allow").map(({ Condition }) => Condition);
    expect(allowed).toEqual(
      ["ObjectCreatedRule.Arn", "ObjectCalledRule.Arn"].map((rule) => ({ ArnEquals: { "aws:SourceArn": rule } })),
    );
  });
});

describe("the object queue and its function", () => {
  test("take fifty messages at a time within a second, in ten functions at most, with partial failures", () => {
    expect(hub.properties("ObjectMapping")).toMatchObject({
      EventSourceArn: "ObjectEvents.Arn",
      FunctionName: "ObjectFunction",
      BatchSize: 50,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    expect(hub.properties("ObjectFunction")).not.toHaveProperty("ReservedConcurrentExecutions");
  });

  test("move a message to the dead-letter queue after twelve receives, and hide it for six times the function's time limit", () => {
    expect(hub.properties("ObjectEvents").RedrivePolicy).toEqual({
      deadLetterTargetArn: "ObjectDeadLetters.Arn",
      maxReceiveCount: 12,
    });
    const { Timeout } = hub.properties("ObjectFunction");
    expect(hub.properties("ObjectEvents").VisibilityTimeout).toBeGreaterThanOrEqual(6 * (Timeout as number));
  });

  test("copy nothing by default, and use UpdateObjectEncryption at AWS only", () => {
    expect(hub.properties("ObjectFunction").Environment).toMatchObject({
      Variables: {
        COPY: "off",
        UPDATE_OBJECT_ENCRYPTION: "off",
        WINDOW_SECONDS: "60",
        OWN_ROLE_ARN: "ObjectFunctionRole.Arn",
      },
    });
  });

  test("have what is kept of objects deleted by DynamoDB in time", () => {
    expect(hub.properties("Ledger").TimeToLiveSpecification).toEqual({ AttributeName: "expires", Enabled: true });
  });
});

describe("an alarm that publishes to the topic:", () => {
  test.each([
    ["ObjectDeadLettersAlarm", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "ObjectDeadLetters.QueueName", 1],
    ["ObjectUndeliveredAlarm", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "ObjectUndelivered.QueueName", 1],
    ["ObjectBacklogAlarm", "AWS/SQS", "ApproximateAgeOfOldestMessage", "ObjectEvents.QueueName", 1800],
    ["ObjectCreatedRuleAlarm", "AWS/Events", "FailedInvocations", "ObjectCreatedRule", 1],
    ["ObjectCalledRuleAlarm", "AWS/Events", "FailedInvocations", "ObjectCalledRule", 1],
    ["ObjectFunctionErrorsAlarm", "AWS/Lambda", "Errors", "ObjectFunction", 1],
    ["ObjectFunctionThrottlesAlarm", "AWS/Lambda", "Throttles", "ObjectFunction", 1],
    ["ObjectFunctionLoopAlarm", "AWS/Lambda", "RecursiveInvocationsDropped", "ObjectFunction", 1],
  ])("%s watches %s %s of %s from %d on", (id, Namespace, MetricName, Value, Threshold) => {
    expect(hub.properties(id)).toMatchObject({
      Namespace,
      MetricName,
      Threshold,
      Dimensions: [expect.objectContaining({ Value })],
      TreatMissingData: "notBreaching",
      AlarmActions: ["Alerts"],
    });
  });
});

describe("the options about objects", () => {
  test("are careful by default", () => {
    expect(objectOptions({})).toEqual({
      objects: false,
      copy: false,
      dataTrail: "existing",
      dataTrailExcept: [],
      windowSeconds: 60,
      updateOutsideAws: false,
      manageNotifications: false,
    });
    expect(options({})).toMatchObject(objectOptions({}));
  });

  test("can all be given", () => {
    const given = {
      BUCKETSEAL_COPY: "on",
      BUCKETSEAL_DATA_TRAIL: "create",
      BUCKETSEAL_DATA_TRAIL_EXCEPT: "logs-a, logs.b,",
      BUCKETSEAL_OBJECT_WINDOW: "5",
      BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION: "on",
      BUCKETSEAL_MANAGE_NOTIFICATIONS: "on",
    };
    expect(objectOptions(given)).toEqual({
      objects: true,
      copy: true,
      dataTrail: "create",
      dataTrailExcept: ["logs-a", "logs.b"],
      windowSeconds: 5,
      updateOutsideAws: true,
      manageNotifications: true,
    });
  });

  test.each([
    [{ BUCKETSEAL_COPY: "on" }, undefined],
    [{ BUCKETSEAL_COPY: "on", BUCKETSEAL_COPY_LARGE: "on" }, 5 * 1024 ** 3],
    [{ BUCKETSEAL_COPY: "on", BUCKETSEAL_COPY_LARGE: "1073741824" }, 1024 ** 3],
  ])("with %j have objects copied in parts from %s bytes on", (given, bytes) => {
    expect(objectOptions(given).copyLargeAbove).toBe(bytes);
  });

  test.each([{ BUCKETSEAL_OBJECTS: "on" }, { BUCKETSEAL_COPY: "on" }, { BUCKETSEAL_DATA_TRAIL: "create" }])(
    "ask for object events with %j",
    (given) => {
      expect(objectOptions(given).objects).toBe(true);
    },
  );

  test.each([
    [
      { BUCKETSEAL_OBJECTS: "off", BUCKETSEAL_COPY: "on" },
      "BUCKETSEAL_OBJECTS is off, and BUCKETSEAL_COPY asks for objects",
    ],
    [{ BUCKETSEAL_OBJECTS: "maybe" }, 'BUCKETSEAL_OBJECTS is "maybe"; expected off (the default) or on'],
    [
      { BUCKETSEAL_DATA_TRAIL_EXCEPT: Array.from({ length: 481 }, (_, at) => `logs-${at}`).join() },
      "names 481 buckets",
    ],
    [{ BUCKETSEAL_COPY: "yes" }, 'BUCKETSEAL_COPY is "yes"; expected off (the default) or on'],
    [{ BUCKETSEAL_COPY_LARGE: "on" }, "BUCKETSEAL_COPY_LARGE is on, and BUCKETSEAL_COPY is off"],
    [
      { BUCKETSEAL_COPY: "on", BUCKETSEAL_COPY_LARGE: "5368709121" },
      'BUCKETSEAL_COPY_LARGE is "5368709121"; expected off (the default), on, or a number of bytes from 5242880 to 5368709120',
    ],
    [{ BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION: "" }, 'BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION is ""'],
    [{ BUCKETSEAL_MANAGE_NOTIFICATIONS: "1" }, 'BUCKETSEAL_MANAGE_NOTIFICATIONS is "1"'],
    [{ BUCKETSEAL_DATA_TRAIL: "on" }, 'BUCKETSEAL_DATA_TRAIL is "on"; expected existing (the default) or create'],
    [{ BUCKETSEAL_OBJECT_WINDOW: "4" }, 'BUCKETSEAL_OBJECT_WINDOW is "4"; expected 5 to 600 seconds'],
    [{ BUCKETSEAL_OBJECT_WINDOW: "601" }, "expected 5 to 600 seconds"],
    [{ BUCKETSEAL_OBJECT_WINDOW: "a minute" }, "expected 5 to 600 seconds"],
    [{ BUCKETSEAL_DATA_TRAIL_EXCEPT: "logs,Bad_Name" }, 'names "Bad_Name", which is not a bucket name'],
  ])("are refused in one sentence when they are %j", (environment, sentence) => {
    expect(() => objectOptions(environment)).toThrow(sentence);
  });
});

describe("the option to copy", () => {
  test("grants what a copy needs, to keys of other accounts too, and nothing else changes", async () => {
    const copying = await synthesize({ copy: true });
    const [plain, granted] = [policyOf(hub), policyOf(copying)];
    expect(granted.filter(({ Sid }) => !plain.some((each) => each.Sid === Sid))).toEqual([
      expect.objectContaining({
        Sid: "CopyObjects",
        Action: [
          "s3:PutObject",
          "s3:GetObjectTagging",
          "s3:PutObjectTagging",
          "s3:GetObjectAnnotation",
          "s3:PutObjectAnnotation",
          "s3:GetObjectAcl",
          "s3:GetObjectVersionAcl",
          "s3:PutObjectAcl",
        ],
        Condition: { StringEquals: { "aws:ResourceAccount": "111122223333" } },
      }),
      expect.objectContaining({
        Sid: "LookAtWhatACopyDependsOn",
        Action: ["s3:GetBucketOwnershipControls", "s3:GetBucketVersioning", "s3:ListBucketMultipartUploads"],
      }),
    ]);
    const changed = granted.filter((each) =>
      plain.some((other) => other.Sid === each.Sid && JSON.stringify(other) !== JSON.stringify(each)),
    );
    expect(changed.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
      ["ReEncryptThroughS3", "arn:AWS::Partition:kms:eu-west-1:*:key/*"],
      ["LookAtKeys", "arn:AWS::Partition:kms:eu-west-1:*:key/*"],
      // A copy would have to be replicated.
      ["LookForHazards", "arn:AWS::Partition:s3:::*"],
    ]);
  });
});

describe("the option to copy large objects", () => {
  test("grants what a copy in parts needs beside a copy, and nothing else changes", async () => {
    const [plain, parts] = await Promise.all([
      synthesize({ copy: true }),
      synthesize({ copy: true, copyLargeAbove: 9 * 1024 ** 2 }),
    ]);
    const granted = policyOf(parts).filter(({ Sid }) => !policyOf(plain).some((each) => each.Sid === Sid));
    expect(granted).toEqual([
      expect.objectContaining({
        Sid: "CopyLargeObjects",
        Action: ["s3:ListMultipartUploadParts", "s3:AbortMultipartUpload", "s3:ListObjectAnnotations"],
        Condition: { StringEquals: { "aws:ResourceAccount": "111122223333" } },
      }),
    ]);
    const variables = parts.properties("ObjectFunction").Environment as { Variables: Record<string, string> };
    expect(variables.Variables.COPY_LARGE_ABOVE).toBe("9437184");
    expect(JSON.stringify(plain.properties("ObjectFunction"))).not.toContain("COPY_LARGE_ABOVE");
  });
});

describe("the option to create a data trail", () => {
  test("makes one that logs exactly the writes of objects, in all buckets but the listed ones and our own", async () => {
    const trailed = await synthesize({ trail: "create", dataTrail: "create", dataTrailExcept: ["audit-logs"] });
    const { AdvancedEventSelectors, ...rest } = trailed.properties("DataTrail");
    expect(rest).toMatchObject({ S3BucketName: "DataTrailBucket", IsLogging: true, EnableLogFileValidation: true });
    expect(rest).not.toHaveProperty("EventSelectors");
    expect(AdvancedEventSelectors).toEqual([
      {
        Name: "Writes of objects",
        FieldSelectors: [
          { Field: "eventCategory", Equals: ["Data"] },
          { Field: "resources.type", Equals: ["AWS::S3::Object"] },
          { Field: "eventName", Equals: [...objectCalls] },
          {
            Field: "resources.ARN",
            NotStartsWith: [
              "DataTrailAccessLogs.Arn/",
              "DataTrailBucket.Arn/",
              "TrailBucket.Arn/",
              "TrailAccessLogs.Arn/",
              "arn:AWS::Partition:s3:::audit-logs/",
            ],
          },
        ],
      },
    ]);
  });

  test("makes a bucket that takes what this trail writes, and is private, encrypted, versioned and emptied in time", async () => {
    const trailed = await synthesize({ dataTrail: "create" });
    const { Statement } = trailed.properties("DataTrailBucketPolicy").PolicyDocument as {
      Statement: Record<string, unknown>[];
    };
    const trailArn = "arn:AWS::Partition:cloudtrail:eu-west-1:111122223333:trail/bucketseal-objects-test";
    expect(Statement.filter(({ Principal }) => JSON.stringify(Principal).includes("cloudtrail"))).toEqual([
      expect.objectContaining({
        Action: "s3:GetBucketAcl",
        Condition: { StringEquals: { "aws:SourceArn": trailArn } },
      }),
      expect.objectContaining({
        Action: "s3:PutObject",
        Resource: "DataTrailBucket.Arn/AWSLogs/111122223333/*",
        Condition: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
      }),
    ]);
    for (const id of ["DataTrailBucket", "DataTrailAccessLogs"]) {
      expect(trailed.properties(id)).toMatchObject({
        VersioningConfiguration: { Status: "Enabled" },
        LifecycleConfiguration: { Rules: [expect.objectContaining({ ExpirationInDays: 90 })] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
      });
      expect(trailed.resources[id]?.DeletionPolicy).toBe("RetainExceptOnCreate");
    }
    expect(trailed.properties("DataTrail").TrailName).toBe("bucketseal-objects-test");
    expect(trailed.ofType("AWS::CloudTrail::Trail")).toEqual(["DataTrail"]);
  });
});

function policyOf(from: Hub): Record<string, unknown>[] {
  const policies = from.ofType("AWS::IAM::ManagedPolicy").map((id) => from.properties(id));
  const [policy = {}] = policies.filter((each) => (each.Roles as string[]).includes("ObjectFunctionRole"));
  return (policy.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement;
}
