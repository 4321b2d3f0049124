import { beforeAll, describe, expect, test } from "vitest";
import { WRITES_ALLOWED } from "#aws/ssm/pause";
import { grantCalls, keyCalls, watchedCalls } from "#core/event/calls";
import { counted } from "#core/sweep/counts";
import { sweepMessage } from "#core/sweep/messages";
import manifest from "../../package.json" with { type: "json" };
import { type Hub, synthesize } from "../../scripts/synthesize.ts";
import { overdueHours } from "../../stacks/sweep/overdue.ts";
import { LEDGER_INDEXES } from "../support/local-aws/ledger-table.ts";

let hub: Hub;
beforeAll(async () => {
  hub = await synthesize();
});

const FOURTEEN_DAYS = 14 * 24 * 3600;

describe("the EventBridge rule", () => {
  test("takes the S3 calls that CloudTrail delivers and that did not fail", () => {
    expect(hub.ofType("AWS::Events::Rule")).toEqual(["BucketRule", "KeyRule", "ObjectCalledRule", "ObjectCreatedRule"]);
    expect(hub.properties("BucketRule")).toMatchObject({ State: "ENABLED" });
    expect(hub.properties("BucketRule")).not.toHaveProperty("EventBusName");
    expect(hub.properties("BucketRule").EventPattern).toEqual({
      source: ["aws.s3"],
      account: ["111122223333"],
      region: ["eu-west-1"],
      "detail-type": ["AWS API Call via CloudTrail"],
      detail: {
        eventSource: ["s3.amazonaws.com"],
        eventName: [...watchedCalls],
        errorCode: [{ exists: false }],
      },
    });
  });

  test("of keys takes the KMS calls that make one usable or unusable, and grants that no AWS service made", () => {
    expect(hub.properties("KeyRule").EventPattern).toEqual({
      source: ["aws.kms"],
      account: ["111122223333"],
      region: ["eu-west-1"],
      "detail-type": ["AWS API Call via CloudTrail"],
      detail: {
        eventSource: ["kms.amazonaws.com"],
        errorCode: [{ exists: false }],
        $or: [
          { eventName: [...keyCalls] },
          { eventName: [...grantCalls], userIdentity: { invokedBy: [{ exists: false }] } },
        ],
      },
    });
    expect(hub.properties("KeyRule").Targets).toEqual([
      { Id: "Target0", Arn: "SweepEvents.Arn", DeadLetterConfig: { Arn: "SweepUndelivered.Arn" } },
    ]);
  });

  test("sends the whole event to the queue, or else to the queue of undelivered ones", () => {
    expect(hub.properties("BucketRule").Targets).toEqual([
      { Id: "Target0", Arn: "BucketEvents.Arn", DeadLetterConfig: { Arn: "BucketUndelivered.Arn" } },
    ]);
  });
});

describe("a queue:", () => {
  test.each(["BucketDeadLetters", "BucketEvents", "BucketUndelivered"])(
    "%s is encrypted and keeps messages for 14 days",
    (id) => {
      expect(hub.ofType("AWS::SQS::Queue")).toContain(id);
      expect(hub.properties(id)).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: FOURTEEN_DAYS });
    },
  );

  test("the event queue moves a message to the dead-letter queue after twelve receives, most of an hour of outage", () => {
    expect(hub.properties("BucketEvents").RedrivePolicy).toEqual({
      deadLetterTargetArn: "BucketDeadLetters.Arn",
      maxReceiveCount: 12,
    });
  });

  test("the event queue hides a received message for at least six times the function's time limit", () => {
    const { VisibilityTimeout } = hub.properties("BucketEvents");
    const { Timeout } = hub.properties("BucketFunction");
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * (Timeout as number));
  });

  test("the event queue gives the function ten messages at once without waiting, and takes partial failures", () => {
    expect(hub.properties("BucketMapping")).toMatchObject({
      EventSourceArn: "BucketEvents.Arn",
      FunctionName: "BucketFunction",
      BatchSize: 10,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    expect(hub.properties("BucketMapping")).not.toHaveProperty("MaximumBatchingWindowInSeconds");
  });
});

describe("a sweep", () => {
  test("is started daily, within a quarter of an hour, by a role of its own, and what cannot be sent is kept", () => {
    const { ScheduleExpression, FlexibleTimeWindow, Target } = hub.properties("SweepSchedule") as Record<
      string,
      object
    >;
    expect(ScheduleExpression).toBe("rate(1 day)");
    expect(FlexibleTimeWindow).toEqual({ Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 });
    const { Input, ...target } = Target as { Input: string };
    expect(target).toMatchObject({
      Arn: "SweepEvents.Arn",
      RoleArn: "ScheduleRole.Arn",
      DeadLetterConfig: { Arn: "SweepUndelivered.Arn" },
    });
    expect(sweepMessage.parse(JSON.parse(Input))).toMatchObject({ kind: "sweep", by: "schedule" });
    expect(hub.properties("ScheduleRole").AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: "scheduler.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
        },
      ],
    });
  });

  test("is not all that is scheduled: every five minutes what is due is looked at", () => {
    const { ScheduleExpression, Target } = hub.properties("TickSchedule") as Record<string, object>;
    expect(ScheduleExpression).toBe("rate(5 minutes)");
    expect(sweepMessage.parse(JSON.parse((Target as { Input: string }).Input)).schema).toBe("bucketseal.tick/1");
  });

  test("has a lane of its own into the bucket function, of two instances", () => {
    expect(hub.properties("LaneMapping")).toMatchObject({
      EventSourceArn: "LaneEvents.Arn",
      FunctionName: "BucketFunction",
      BatchSize: 5,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(hub.properties("LaneEvents").VisibilityTimeout).toBeGreaterThanOrEqual(
      6 * (hub.properties("BucketFunction").Timeout as number),
    );
    expect(hub.properties("SweepEvents").VisibilityTimeout).toBeGreaterThanOrEqual(
      6 * (hub.properties("SweepFunction").Timeout as number),
    );
  });
});

describe("a function:", () => {
  test.each([
    ["BucketFunction", "BucketFunctionRole", "BucketFunctionLog"],
    ["PolicyFunction", "PolicyFunctionRole", "PolicyFunctionLog"],
    ["ObjectFunction", "ObjectFunctionRole", "ObjectFunctionLog"],
    ["SweepFunction", "SweepFunctionRole", "SweepFunctionLog"],
  ])("%s runs on Node 24, arm64, with its own role and log", (id, role, log) => {
    expect(hub.properties(id)).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      Role: `${role}.Arn`,
      LoggingConfig: { LogFormat: "JSON", LogGroup: log },
    });
    expect(hub.properties(log)).toMatchObject({ RetentionInDays: 90 });
  });

  test("no other exists that CDK or SST would add", () => {
    expect(hub.ofType("AWS::Lambda::Function")).toEqual([
      "BucketFunction",
      "ObjectFunction",
      "PolicyFunction",
      "SweepFunction",
    ]);
    expect(hub.ofType("AWS::Logs::LogGroup")).toEqual([
      "BucketFunctionLog",
      "ObjectFunctionLog",
      "PolicyFunctionLog",
      "SweepFunctionLog",
    ]);
  });

  test("PolicyFunction follows the table's stream, and a change that it cannot alert is kept", () => {
    expect(hub.properties("PolicyMapping")).toMatchObject({
      EventSourceArn: "PolicyTable.StreamArn",
      FunctionName: "PolicyFunction",
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 1,
      MaximumRetryAttempts: 20,
      DestinationConfig: { OnFailure: { Destination: "BucketUndelivered.Arn" } },
    });
  });
});

describe("data:", () => {
  test.each(["Ledger", "PolicyTable"])("%s is encrypted, protected from deletion and recoverable", (id) => {
    expect(hub.properties(id)).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
    });
    const [replica, ...others] = hub.properties(id).Replicas as object[];
    expect(replica).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(others).toEqual([]);
  });

  test("the ledger has the indexes that the tests' own has, with no more than their readers need", () => {
    const indexes = hub.properties("Ledger").GlobalSecondaryIndexes as {
      readonly IndexName: keyof typeof LEDGER_INDEXES;
      readonly KeySchema: readonly { readonly AttributeName: string }[];
      readonly Projection: object;
    }[];
    const keys = indexes.map(({ IndexName, KeySchema }) => [IndexName, KeySchema.map((key) => key.AttributeName)]);
    expect(Object.fromEntries(keys)).toEqual(LEDGER_INDEXES);
    for (const { Projection } of indexes) expect(Projection).toMatchObject({ ProjectionType: "INCLUDE" });
  });

  test("the topic is encrypted under a key of its own", () => {
    expect(hub.properties("Alerts").KmsMasterKeyId).toBe("AlertKey.Arn");
    expect(hub.ofType("AWS::SNS::Subscription")).toEqual([]);
  });

  test("every resource that holds data survives the stack", () => {
    const holding = ["DynamoDB::GlobalTable", "SQS::Queue", "SNS::Topic", "KMS::Key", "Logs::LogGroup"];
    const ids = holding.flatMap((type) => hub.ofType(`AWS::${type}`));
    expect(ids).toHaveLength(20);
    for (const id of ids) {
      expect([id, hub.resources[id]?.DeletionPolicy, hub.resources[id]?.UpdateReplacePolicy]).toEqual([
        id,
        expect.stringMatching(/^Retain/),
        "Retain",
      ]);
    }
  });
});

describe("the parameters:", () => {
  test("writes are allowed until somebody pauses them", () => {
    expect(hub.properties("PauseSwitch")).toMatchObject({ Name: "/bucketseal/test/writes", Value: WRITES_ALLOWED });
  });

  test("the CLI finds every part of the deployment in one", () => {
    expect(hub.properties("Deployment").Name).toBe("/bucketseal/test/deployment");
    expect(JSON.parse(hub.properties("Deployment").Value as string)).toEqual({
      stage: "test",
      policyTable: "PolicyTable",
      ledgerTable: "Ledger",
      operatorRoleArn: "OperatorRole.Arn",
      historyDays: "400",
      pushRoleArn: "PushRole.Arn",
      redriveRoleArn: "RedriveRole.Arn",
      topicArn: "Alerts",
      silenceTopicArn: "Silence",
      pauseParameter: "/bucketseal/test/writes",
      eventQueueUrl: "BucketEvents",
      deadLetterQueueUrl: "BucketDeadLetters",
      undeliveredQueueUrl: "BucketUndelivered",
      bucketFunction: "BucketFunction",
      bucketRoleArn: "BucketFunctionRole.Arn",
      policyFunction: "PolicyFunction",
      policyRoleArn: "PolicyFunctionRole.Arn",
      objectQueueUrl: "ObjectEvents",
      objectDeadLetterQueueUrl: "ObjectDeadLetters",
      objectUndeliveredQueueUrl: "ObjectUndelivered",
      objectFunction: "ObjectFunction",
      objectRoleArn: "ObjectFunctionRole.Arn",
      objectRedriveRoleArn: "ObjectRedriveRole.Arn",
      startRoleArn: "StartRole.Arn",
      sweepQueueUrl: "SweepEvents",
      sweepDeadLetterQueueUrl: "SweepDeadLetters",
      sweepUndeliveredQueueUrl: "SweepUndelivered",
      laneQueueUrl: "LaneEvents",
      laneDeadLetterQueueUrl: "LaneDeadLetters",
      sweepFunction: "SweepFunction",
      sweepRoleArn: "SweepFunctionRole.Arn",
      objects: "on",
      bucketRule: "BucketRule",
      bucketRulePattern: expect.stringMatching(/^[0-9a-f]{16}$/),
      objectCreatedRule: "ObjectCreatedRule",
      objectCreatedRulePattern: expect.stringMatching(/^[0-9a-f]{16}$/),
      objectCalledRule: "ObjectCalledRule",
      objectCalledRulePattern: expect.stringMatching(/^[0-9a-f]{16}$/),
      keyRule: "KeyRule",
      keyRulePattern: expect.stringMatching(/^[0-9a-f]{16}$/),
      sweep: "rate(1 day)",
      version: manifest.version,
    });
    expect(Object.keys(hub.outputs)).toEqual(Object.keys(JSON.parse(hub.properties("Deployment").Value as string)));
  });
});

describe("an alarm that publishes to the topic:", () => {
  test.each([
    ["DeadLettersAlarm", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "BucketDeadLetters.QueueName", 1],
    ["UndeliveredAlarm", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "BucketUndelivered.QueueName", 1],
    ["BacklogAlarm", "AWS/SQS", "ApproximateAgeOfOldestMessage", "BucketEvents.QueueName", 1800],
    ["RuleAlarm", "AWS/Events", "FailedInvocations", "BucketRule", 1],
    ["SweepRuleAlarm", "AWS/Events", "FailedInvocations", "KeyRule", 1],
    ["BucketErrorsAlarm", "AWS/Lambda", "Errors", "BucketFunction", 1],
    ["BucketThrottlesAlarm", "AWS/Lambda", "Throttles", "BucketFunction", 1],
    ["BucketLoopAlarm", "AWS/Lambda", "RecursiveInvocationsDropped", "BucketFunction", 1],
    ["PolicyErrorsAlarm", "AWS/Lambda", "Errors", "PolicyFunction", 1],
    ["PolicyThrottlesAlarm", "AWS/Lambda", "Throttles", "PolicyFunction", 1],
    ["PolicyLoopAlarm", "AWS/Lambda", "RecursiveInvocationsDropped", "PolicyFunction", 1],
  ])("%s watches %s %s of %s from %d on", (id, Namespace, MetricName, Value, Threshold) => {
    expect(hub.properties(id)).toMatchObject({
      Namespace,
      MetricName,
      Threshold,
      Dimensions: [expect.objectContaining({ Value })],
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      EvaluationPeriods: 1,
      Period: 60,
      // A metric that nothing happened to has no datapoints.
      TreatMissingData: "notBreaching",
      AlarmActions: ["Alerts"],
    });
  });

  test("none is needed for a loop of our own: Lambda lets the functions that ask themselves go on, and no other", () => {
    expect(hub.properties("BucketFunction").RecursiveLoop).toBe("Allow");
    expect(hub.properties("ObjectFunction").RecursiveLoop).toBe("Allow");
    expect(hub.properties("SweepFunction").RecursiveLoop).toBe("Allow");
    expect(hub.properties("PolicyFunction").RecursiveLoop).toBeUndefined();
  });

  test("AlertsUnsentAlarm watches what the functions count, and also rings where the topic's key cannot silence it", () => {
    expect(hub.properties("AlertsUnsentAlarm")).toMatchObject({
      Namespace: "Bucketseal",
      MetricName: "AlertsUnsent",
      Dimensions: [{ Name: "service", Value: "bucketseal" }],
      Threshold: 1,
      AlarmActions: ["Alerts", "Silence"],
    });
    expect(hub.properties("Silence")).not.toHaveProperty("KmsMasterKeyId");
  });

  test.each(["Bucket", "Object", "Policy", "Sweep"])(
    "rings for every message of the %s function that Lambda drops as a loop",
    (name) => {
      const dropped = hub.ofType("AWS::CloudWatch::Alarm").filter((id) => {
        const { MetricName, Dimensions } = hub.properties(id);
        return MetricName === "RecursiveInvocationsDropped" && JSON.stringify(Dimensions).includes(`"${name}Function"`);
      });
      expect(dropped).toHaveLength(1);
    },
  );

  test("rings for every queue of dead letters", () => {
    const watched = hub.ofType("AWS::CloudWatch::Alarm").flatMap((id) => {
      const { MetricName, Dimensions } = hub.properties(id) as { MetricName: string; Dimensions: { Value: string }[] };
      return MetricName === "ApproximateNumberOfMessagesVisible" ? Dimensions.map(({ Value }) => Value) : [];
    });
    const queues = hub.ofType("AWS::SQS::Queue").filter((id) => !id.endsWith("Events"));
    expect(watched.sort()).toEqual(queues.map((id) => `${id}.QueueName`));
  });

  test("BreakerOpenAlarm rings once for a fight, until an hour after the last look at it", () => {
    expect(hub.properties("BreakerOpenAlarm")).toMatchObject({
      Namespace: "Bucketseal",
      MetricName: "Bucket contested",
      Dimensions: [{ Name: "service", Value: "bucketseal" }],
      Statistic: "Sum",
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      Period: 300,
      EvaluationPeriods: 12,
      DatapointsToAlarm: 1,
      TreatMissingData: "notBreaching",
      AlarmActions: ["Alerts"],
    });
  });

  test("UnreadableAlarm watches the share of looks that could not read their bucket, if there are enough", () => {
    const { Metrics, ...alarm } = hub.properties("UnreadableAlarm") as { Metrics: object[] };
    expect(alarm).toMatchObject({ Threshold: 20, TreatMissingData: "notBreaching", AlarmActions: ["Alerts"] });
    const stat = (Stat: string) => ({
      Metric: {
        Namespace: "Bucketseal",
        MetricName: "Bucket unreadable",
        Dimensions: [{ Name: "service", Value: "bucketseal" }],
      },
      Period: 900,
      Stat,
    });
    expect(Metrics).toEqual([
      expect.objectContaining({ Expression: "IF(looks >= 10, 100 * share, 0)" }),
      { Id: "looks", MetricStat: stat("SampleCount"), ReturnData: false },
      { Id: "share", MetricStat: stat("Average"), ReturnData: false },
    ]);
  });

  test("SweepOverdueAlarm rings when no sweep has ended for two days, also where none has ever ended", () => {
    expect(hub.properties("SweepOverdueAlarm")).toMatchObject({
      Namespace: "Bucketseal",
      MetricName: "Sweep seconds",
      Dimensions: [{ Name: "service", Value: "bucketseal" }],
      Statistic: "SampleCount",
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      Period: 3600,
      EvaluationPeriods: 48,
      TreatMissingData: "breaching",
      AlarmActions: ["Alerts"],
    });
    expect(hub.properties("SweepOverdueAlarm")).not.toHaveProperty("DatapointsToAlarm");
  });

  test("a stage without a scheduled sweep has no alarm for one", async () => {
    const without = await synthesize({ sweep: null });
    expect(without.ofType("AWS::Scheduler::Schedule")).not.toContain("SweepSchedule");
    expect(without.ofType("AWS::CloudWatch::Alarm")).not.toContain("SweepOverdueAlarm");
  });

  test.each([
    ["rate(1 day)", 48],
    ["rate(5 minutes)", 2],
    ["rate(90 minutes)", 3],
    ["rate(3 days)", 144],
    // Twice that is more than the seven days over which an alarm may look back.
    ["rate(4 days)", null],
    ["cron(0 3 * * ? *)", 48],
    ["cron(0 3 ? * * *)", 48],
    ["cron(0 3 ? * MON *)", null],
    ["cron(0 3 1 * ? *)", null],
    ["cron(0 3 * 1 ? *)", null],
    ["cron(0 3 * * ? 2030)", null],
  ])("a sweep by %s is overdue after %s hours", (schedule, hours) => {
    expect(overdueHours(schedule)).toBe(hours);
  });

  test("LaneBacklogAlarm leaves a sweep of many buckets its time", () => {
    expect(hub.properties("LaneBacklogAlarm").Threshold).toBe(6 * 3600);
    expect(hub.properties("SweepBacklogAlarm").Threshold).toBe(1800);
  });

  test("no other exists in the hub", () => {
    expect(hub.ofType("AWS::CloudWatch::Alarm")).toHaveLength(31);
  });
});

test("the hub has one dashboard, which shows buckets, sweeps, and every queue and function", () => {
  expect(hub.ofType("AWS::CloudWatch::Dashboard")).toEqual(["Dashboard"]);
  const body = JSON.parse(hub.properties("Dashboard").DashboardBody as string) as {
    widgets: { properties: { title: string; metrics: unknown[][] } }[];
  };
  expect(body.widgets.map(({ properties }) => [properties.title, properties.metrics.length])).toEqual([
    ["Buckets", 6],
    ["Sweeps", counted.length + 1],
    ["Functions", 12],
    ["Waiting messages", 8],
    ["Dead letters", 7],
  ]);
  const shown = JSON.stringify(body.widgets);
  for (const id of hub.ofType("AWS::SQS::Queue")) expect(shown).toContain(`"${id}.QueueName"`);
  for (const id of hub.ofType("AWS::Lambda::Function")) expect(shown).toContain(`"${id}"`);
  for (const name of counted) expect(shown).toContain(`"Sweep ${name}"`);
  expect(body.widgets[0]?.properties.metrics[0]?.slice(0, 4)).toEqual([
    "Bucketseal",
    "Bucket changed",
    "service",
    "bucketseal",
  ]);
});
