import { describe, expect, test } from "vitest";
import { sweepMessage } from "#core/sweep/messages";
import { type Hub, synthesize } from "../../scripts/synthesize.ts";
import { options } from "../../stacks/options.ts";

describe("the options of a deployment", () => {
  test("are by default an existing trail and no email address", () => {
    expect(options({})).toMatchObject({ trail: "existing", email: null });
  });

  test("can both be given", () => {
    expect(options({ BUCKETSEAL_TRAIL: "create", BUCKETSEAL_ALERT_EMAIL: "ops@example.com" })).toMatchObject({
      trail: "create",
      email: "ops@example.com",
    });
  });

  test.each([
    [{ BUCKETSEAL_TRAIL: "yes" }, 'BUCKETSEAL_TRAIL is "yes"; expected existing (the default) or create'],
    [{ BUCKETSEAL_TRAIL: "" }, 'BUCKETSEAL_TRAIL is ""; expected existing (the default) or create'],
    [{ BUCKETSEAL_CONCURRENCY: "1" }, 'BUCKETSEAL_CONCURRENCY is "1"; expected 2 to 1000 (default 10)'],
    [{ BUCKETSEAL_CONCURRENCY: "many" }, 'BUCKETSEAL_CONCURRENCY is "many"; expected 2 to 1000 (default 10)'],
    [{ BUCKETSEAL_HISTORY_DAYS: "0" }, 'BUCKETSEAL_HISTORY_DAYS is "0"; expected 1 to 3650 (default 400)'],
    [{ BUCKETSEAL_HISTORY_DAYS: "a year" }, 'BUCKETSEAL_HISTORY_DAYS is "a year"; expected 1 to 3650 (default 400)'],
    [{ BUCKETSEAL_TRACING: "yes" }, 'BUCKETSEAL_TRACING is "yes"; expected off (the default) or on'],
    [{ BUCKETSEAL_BACKFILL: "yes" }, 'BUCKETSEAL_BACKFILL is "yes"; expected off (the default) or on'],
    [{ BUCKETSEAL_DRIFT_WAIT: "901" }, 'BUCKETSEAL_DRIFT_WAIT is "901"; expected 0 to 900 (default 360)'],
    [{ BUCKETSEAL_BATCH: "yes" }, 'BUCKETSEAL_BATCH is "yes"; expected off (the default) or on'],
    [{ BUCKETSEAL_DIGEST: "rate(1 day)" }, 'BUCKETSEAL_DIGEST is "rate(1 day)"; expected off (the default), or cron('],
    [{ BUCKETSEAL_DIGEST: "cron(0 8 * * ?)" }, 'BUCKETSEAL_DIGEST is "cron(0 8 * * ?)"; expected off'],
    [{ BUCKETSEAL_ALERT_EMAIL: "ops" }, 'BUCKETSEAL_ALERT_EMAIL is "ops", which is not an email address'],
    [{ BUCKETSEAL_ALERT_EMAIL: "a@b@c" }, 'BUCKETSEAL_ALERT_EMAIL is "a@b@c", which is not an email address'],
    [{ BUCKETSEAL_ALERT_EMAIL: "" }, 'BUCKETSEAL_ALERT_EMAIL is "", which is not an email address'],
  ])("are refused in one sentence when they are %j", (environment, sentence) => {
    expect(() => options(environment)).toThrow(sentence);
  });
});

describe("an email address", () => {
  test("is subscribed to the alerts and to their silence, and nothing else changes", async () => {
    const [plain, mailed] = [await synthesize(), await synthesize({ email: "ops@example.com" })];
    const added = difference(plain, mailed);
    expect(added.map((id) => mailed.properties(id))).toEqual(
      ["Alerts", "Silence"].map((TopicArn) => ({ Protocol: "email", Endpoint: "ops@example.com", TopicArn })),
    );
  });
});

describe("the daily digest", () => {
  test("adds a schedule, and the right to read two indexes", async () => {
    const { digest } = options({ BUCKETSEAL_DIGEST: "cron(0 8 * * ? *)" });
    const [plain, told] = [await synthesize(), await synthesize({ digest })];
    expect(plain.ofType("AWS::Scheduler::Schedule")).not.toContain("DigestSchedule");
    const { ScheduleExpression, Target } = told.properties("DigestSchedule") as Record<string, object>;
    expect(ScheduleExpression).toBe("cron(0 8 * * ? *)");
    const input = (Target as { Input: string }).Input.replace("<aws.scheduler.scheduled-time>", "2026-11-27T08:00:00Z");
    expect(sweepMessage.parse(JSON.parse(input))).toEqual({
      schema: "bucketseal.digest/1",
      at: "2026-11-27T08:00:00Z",
    });
    const rights = (hub: Hub) => JSON.stringify(hub.properties("SweepFunctionRolePolicy"));
    expect(rights(told)).toContain("SeeTheDay");
    expect(rights(plain)).not.toContain("SeeTheDay");
    expect(options({})).toMatchObject({ digest: null, tracing: false });
  });
});

describe("the option for existing objects", () => {
  test("lets the bucket function ask for backfills of windows, and nothing else does", async () => {
    const { backfill, driftWaitSeconds } = options({ BUCKETSEAL_BACKFILL: "on", BUCKETSEAL_DRIFT_WAIT: "5" });
    const [plain, made] = [await synthesize(), await synthesize({ backfill, driftWaitSeconds })];
    const seen = (hub: Hub) =>
      JSON.stringify([hub.properties("BucketFunction"), hub.properties("BucketFunctionRolePolicy")]);
    expect(made.properties("BucketFunction")).toMatchObject({
      Environment: { Variables: { BACKFILL_QUEUE_URL: "BackfillEvents", DRIFT_WAIT_SECONDS: "5" } },
    });
    expect(seen(made)).toContain("BackfillEvents.Arn");
    expect(seen(plain)).not.toMatch(/Backfill|BACKFILL|DRIFT_WAIT/);
  });
});

describe("the option to trace", () => {
  test("has every function traced, and lets their roles send traces", async () => {
    const { tracing } = options({ BUCKETSEAL_TRACING: "on" });
    const [plain, made] = [await synthesize(), await synthesize({ tracing })];
    expect(plain.ofType("AWS::IAM::ManagedPolicy")).not.toContain("TracePolicy");
    const functions = ["BucketFunction", "ObjectFunction", "PolicyFunction", "SweepFunction"];
    for (const id of functions) {
      expect(made.properties(id)).toMatchObject({ TracingConfig: { Mode: "Active" } });
      expect(plain.properties(id)).not.toHaveProperty("TracingConfig");
    }
    expect(made.properties("TracePolicy")).toMatchObject({
      Roles: functions.map((id) => expect.stringContaining(id)),
      PolicyDocument: { Statement: [{ Sid: "Trace", Resource: "*" }] },
    });
  });
});

describe("the option to create a trail", () => {
  test("adds the trail with its two buckets, and nothing else changes", async () => {
    const [plain, trailed] = [await synthesize(), await synthesize({ trail: "create" })];
    expect(difference(plain, trailed)).toEqual([
      "Trail",
      "TrailAccessLogs",
      "TrailAccessLogsPolicy",
      "TrailBucket",
      "TrailBucketPolicy",
    ]);
  });

  test("lets log delivery write the trail bucket's access logs by policy, without ACLs", async () => {
    const trailed = await synthesize({ trail: "create" });
    expect(trailed.properties("TrailBucket").LoggingConfiguration).toEqual({
      DestinationBucketName: "TrailAccessLogs",
    });
    expect(trailed.properties("TrailAccessLogs")).not.toHaveProperty("AccessControl");
    const { Statement } = trailed.properties("TrailAccessLogsPolicy").PolicyDocument as { Statement: object[] };
    expect(Statement).toContainEqual({
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: "TrailAccessLogs.Arn/*",
      Condition: {
        ArnLike: { "aws:SourceArn": "TrailBucket.Arn" },
        StringEquals: { "aws:SourceAccount": "111122223333" },
      },
    });
  });

  test("makes one that logs writes, in this Region only, and can be checked for tampering", async () => {
    const trailed = await synthesize({ trail: "create" });
    expect(trailed.properties("Trail")).toMatchObject({
      S3BucketName: "TrailBucket",
      IsLogging: true,
      IsMultiRegionTrail: false,
      IncludeGlobalServiceEvents: false,
      EnableLogFileValidation: true,
      EventSelectors: [{ ReadWriteType: "WriteOnly", IncludeManagementEvents: true }],
    });
  });

  test.each(["TrailBucket", "TrailAccessLogs"])(
    "makes %s private, encrypted, versioned and emptied in time",
    async (id) => {
      const trailed = await synthesize({ trail: "create" });
      expect(trailed.properties(id)).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: "Enabled" },
        LifecycleConfiguration: {
          Rules: [{ Status: "Enabled", ExpirationInDays: 90, NoncurrentVersionExpiration: { NoncurrentDays: 7 } }],
        },
      });
      expect(trailed.resources[id]?.DeletionPolicy).toBe("RetainExceptOnCreate");
      const { Statement } = trailed.properties(`${id}Policy`).PolicyDocument as { Statement: object[] };
      expect(Statement).toContainEqual(
        expect.objectContaining({
          Effect: "Deny",
          Action: "s3:*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      );
    },
  );

  test("has every read of the trail's bucket logged", async () => {
    const trailed = await synthesize({ trail: "create" });
    expect(trailed.properties("TrailBucket").LoggingConfiguration).toEqual({
      DestinationBucketName: "TrailAccessLogs",
    });
  });
});

/** Ids that only `after` has; everything else must be equal. */
function difference(before: Hub, after: Hub): string[] {
  const added = Object.keys(after.resources).filter((id) => !(id in before.resources));
  const rest = Object.fromEntries(Object.entries(after.resources).filter(([id]) => !added.includes(id)));
  expect(rest).toEqual(before.resources);
  return added.sort();
}
