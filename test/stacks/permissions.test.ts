import { beforeAll, describe, expect, test } from "vitest";
import { type Hub, synthesize } from "../../scripts/synthesize.ts";

/**
 * The permissions of every role, statement by statement: a change here changes what Bucketseal may
 * do in an account.
 */
let hub: Hub;
beforeAll(async () => {
  hub = await synthesize();
});

const ARN = "arn:AWS::Partition";
const ACCOUNT = "111122223333";
const own = { StringEquals: { "aws:ResourceAccount": ACCOUNT } };
const throughSns = { StringEquals: { "kms:ViaService": "sns.eu-west-1.amazonaws.com" } };

const onlyItems = (...keys: string[]) => ({
  "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys },
  Null: { "dynamodb:LeadingKeys": "false" },
});

const lambdaAndAlerts = (log: string) => ({
  Alert: [["sns:Publish"], ["Alerts"]],
  EncryptAlerts: [["kms:GenerateDataKey", "kms:Decrypt"], ["AlertKey.Arn"], throughSns],
  WriteTheLog: [["logs:CreateLogStream", "logs:PutLogEvents"], [`${log}.Arn`]],
});

const expected: Record<string, Record<string, unknown[]>> = {
  BucketFunctionRole: {
    ReadBuckets: [["s3:GetEncryptionConfiguration", "s3:GetBucketTagging"], [`${ARN}:s3:::*`], own],
    LookForHazards: [
      [
        "s3:GetBucketPolicy",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketAcl",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketWebsite",
        "s3:GetReplicationConfiguration",
      ],
      [`${ARN}:s3:::*`],
      own,
    ],
    SeeAccountBlock: [["s3:GetAccountPublicAccessBlock"], ["*"]],
    SeeNotifications: [["s3:GetBucketNotification"], [`${ARN}:s3:::*`], own],
    RepairBuckets: [["s3:PutEncryptionConfiguration"], [`${ARN}:s3:::*`], own],
    LookAtKeys: [["kms:DescribeKey"], [`${ARN}:kms:eu-west-1:*:key/*`]],
    SeeWhoMayUseKeys: [["kms:GetKeyPolicy", "kms:ListGrants"], [`${ARN}:kms:eu-west-1:${ACCOUNT}:key/*`]],
    PlaceInTheOrganization: [["organizations:ListParents"], ["*"]],
    ReadThePolicy: [["dynamodb:GetItem"], ["PolicyTable.Arn"]],
    KeepTheLedger: [["dynamodb:GetItem", "dynamodb:PutItem"], ["Ledger.Arn"]],
    WorkOnRuns: [["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], ["Ledger.Arn"]],
    // The reference to a parameter is its name, which begins with a slash.
    ReadThePauseSwitch: [
      ["ssm:GetParameter"],
      [
        `${ARN}:ssm:eu-west-1:${ACCOUNT}:parameterPauseSwitch`,
        `${ARN}:ssm:eu-west-1:${ACCOUNT}:parameter/bucketseal/test/paused`,
      ],
    ],
    TakeMessages: [
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      ["BucketEvents.Arn", "LaneEvents.Arn"],
    ],
    ComeBackSooner: [["sqs:ChangeMessageVisibility"], ["BucketEvents.Arn", "LaneEvents.Arn"]],
    LookAgainAndBury: [
      ["sqs:SendMessage"],
      ["BucketEvents.Arn", "BucketDeadLetters.Arn", "LaneEvents.Arn", "LaneDeadLetters.Arn", "SweepEvents.Arn"],
    ],
    ...lambdaAndAlerts("BucketFunctionLog"),
  },
  ObjectFunctionRole: {
    LookAtObjects: [
      ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention", "s3:GetObjectLegalHold"],
      [`${ARN}:s3:::*/*`],
      own,
    ],
    LookAtBuckets: [
      ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketTagging", "s3:GetBucketRequestPayment"],
      [`${ARN}:s3:::*`],
      own,
    ],
    LookForHazards: [
      [
        "s3:GetBucketPolicy",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketAcl",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketWebsite",
      ],
      [`${ARN}:s3:::*`],
      own,
    ],
    SeeAccountBlock: [["s3:GetAccountPublicAccessBlock"], ["*"]],
    SeeWhoMayUseKeys: [["kms:GetKeyPolicy", "kms:ListGrants"], [`${ARN}:kms:eu-west-1:${ACCOUNT}:key/*`]],
    UpdateObjects: [["s3:UpdateObjectEncryption"], [`${ARN}:s3:::*/*`], own],
    ReEncryptThroughS3: [
      ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
      [`${ARN}:kms:eu-west-1:${ACCOUNT}:key/*`],
      { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
    ],
    LookAtKeys: [["kms:DescribeKey"], [`${ARN}:kms:eu-west-1:${ACCOUNT}:key/*`]],
    PlaceInTheOrganization: [
      ["organizations:ListParents"],
      [`${ARN}:organizations::*:account/o-*/${ACCOUNT}`, `${ARN}:organizations::*:ou/o-*/*`],
    ],
    ReadThePolicy: [["dynamodb:GetItem"], ["PolicyTable.Arn"]],
    KeepTheLedger: [
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"],
      ["Ledger.Arn"],
      onlyItems("OBJECTS#*", "COPIES#*"),
    ],
    PinKeysAndTellOnce: [["dynamodb:GetItem", "dynamodb:PutItem"], ["Ledger.Arn"], onlyItems("PIN#*", "MARK")],
    RaiseAlarms: [["dynamodb:GetItem", "dynamodb:PutItem"], ["Ledger.Arn"], onlyItems("ALARM#*")],
    ReadThePauseSwitch: [
      ["ssm:GetParameter"],
      [
        `${ARN}:ssm:eu-west-1:${ACCOUNT}:parameterPauseSwitch`,
        `${ARN}:ssm:eu-west-1:${ACCOUNT}:parameter/bucketseal/test/paused`,
      ],
    ],
    TakeMessages: [["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], ["ObjectEvents.Arn"]],
    ComeBackSooner: [["sqs:ChangeMessageVisibility"], ["ObjectEvents.Arn"]],
    LookAgainAndBury: [["sqs:SendMessage"], ["ObjectEvents.Arn", "ObjectDeadLetters.Arn"]],
    ...lambdaAndAlerts("ObjectFunctionLog"),
  },
  ObjectRedriveRole: {
    TakeDeadLetters: [
      ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
      ["ObjectDeadLetters.Arn", "ObjectUndelivered.Arn"],
    ],
    PutThemBack: [
      ["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
      ["ObjectDeadLetters.Arn", "ObjectUndelivered.Arn"],
    ],
    SendThemAgain: [["sqs:SendMessage"], ["ObjectEvents.Arn"]],
  },
  PolicyFunctionRole: {
    ReadThePolicy: [["dynamodb:GetItem"], ["PolicyTable.Arn"]],
    FollowThePolicy: [
      ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
      ["PolicyTable.StreamArn"],
    ],
    GiveUpOnAChange: [["sqs:SendMessage"], ["BucketUndelivered.Arn"]],
    StartARun: [["sqs:SendMessage"], ["SweepEvents.Arn"]],
    ...lambdaAndAlerts("PolicyFunctionLog"),
  },
  PushRole: {
    PushPolicies: [["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"], ["PolicyTable.Arn"]],
    AcceptKeys: [["dynamodb:PutItem"], ["Ledger.Arn"], onlyItems("PIN#*")],
    ClearAlarms: [["dynamodb:PutItem"], ["Ledger.Arn"], onlyItems("ALARM#*")],
    ResumeBuckets: [["dynamodb:PutItem"], ["Ledger.Arn"], onlyItems("RESUMED#*")],
  },
  OperatorRole: {
    KeepStates: [["dynamodb:PutItem"], ["Ledger.Arn"], onlyItems("BUCKET#*")],
  },
  RedriveRole: {
    TakeDeadLetters: [
      ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
      ["BucketDeadLetters.Arn", "BucketUndelivered.Arn"],
    ],
    PutThemBack: [
      ["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
      ["BucketDeadLetters.Arn", "BucketUndelivered.Arn"],
    ],
    SendThemAgain: [["sqs:SendMessage"], ["BucketEvents.Arn"]],
  },
  ScheduleRole: {
    SendOnTime: [["sqs:SendMessage"], ["SweepEvents.Arn", "SweepUndelivered.Arn"]],
  },
  StartRole: {
    TakeDeadLetters: [
      ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
      ["SweepDeadLetters.Arn", "SweepUndelivered.Arn", "LaneDeadLetters.Arn"],
    ],
    PutThemBack: [
      ["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
      ["SweepDeadLetters.Arn", "SweepUndelivered.Arn", "LaneDeadLetters.Arn"],
    ],
    SendThemAgain: [["sqs:SendMessage"], ["SweepEvents.Arn", "LaneEvents.Arn"]],
  },
  SweepFunctionRole: {
    ListBuckets: [["s3:ListAllMyBuckets"], ["*"]],
    ReadThePolicy: [["dynamodb:GetItem"], ["PolicyTable.Arn"]],
    KeepRuns: [
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"],
      ["Ledger.Arn"],
      onlyItems("RUN#*"),
    ],
    SeeKnownBuckets: [["dynamodb:Query"], ["Ledger.Arn/index/ByAccount"]],
    SeeWhatIsDue: [["dynamodb:Query"], ["Ledger.Arn/index/ByDue"]],
    LookAtKeys: [["kms:DescribeKey"], [`${ARN}:kms:eu-west-1:*:key/*`]],
    SeeKeyPolicies: [["kms:GetKeyPolicy"], [`${ARN}:kms:eu-west-1:${ACCOUNT}:key/*`]],
    RememberKeysAtRisk: [
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
      ["Ledger.Arn"],
      onlyItems("KEY#*"),
    ],
    SeePins: [["dynamodb:GetItem"], ["Ledger.Arn"], onlyItems("PIN#*")],
    TakeMessages: [["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], ["SweepEvents.Arn"]],
    ComeBackSooner: [["sqs:ChangeMessageVisibility"], ["SweepEvents.Arn"]],
    LookAgainAndBury: [["sqs:SendMessage"], ["SweepEvents.Arn", "SweepDeadLetters.Arn", "LaneEvents.Arn"]],
    ...lambdaAndAlerts("SweepFunctionLog"),
  },
};

test("the hub has no other roles, and none has an inline policy or one managed by AWS", () => {
  expect(hub.ofType("AWS::IAM::Role")).toEqual(Object.keys(expected).sort());
  for (const role of hub.ofType("AWS::IAM::Role")) {
    expect(hub.properties(role)).not.toHaveProperty("Policies");
    expect(hub.properties(role)).not.toHaveProperty("ManagedPolicyArns");
  }
  expect(hub.ofType("AWS::IAM::Policy")).toEqual([]);
  expect(hub.ofType("AWS::IAM::ManagedPolicy")).toHaveLength(Object.keys(expected).length);
});

test.each(Object.keys(expected))("%s may do what this file lists, and nothing else", (role) => {
  expect(statementsOf(role)).toEqual(expected[role]);
});

test("no role has an action with a wildcard", () => {
  const actions = Object.keys(expected).flatMap((role) =>
    Object.values(statementsOf(role)).flatMap(([given]) => given),
  );
  expect(actions.length).toBeGreaterThan(20);
  for (const action of actions) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
});

describe("a role may be assumed only as its trust policy says:", () => {
  test.each([
    ["BucketFunctionRole", { Service: "lambda.amazonaws.com" }],
    ["ObjectFunctionRole", { Service: "lambda.amazonaws.com" }],
    ["PolicyFunctionRole", { Service: "lambda.amazonaws.com" }],
    ["PushRole", { AWS: `${ARN}:iam::${ACCOUNT}:root` }],
    ["OperatorRole", { AWS: `${ARN}:iam::${ACCOUNT}:root` }],
    ["RedriveRole", { AWS: `${ARN}:iam::${ACCOUNT}:root` }],
    ["StartRole", { AWS: `${ARN}:iam::${ACCOUNT}:root` }],
    ["SweepFunctionRole", { Service: "lambda.amazonaws.com" }],
  ])("%s by %j", (role, Principal) => {
    expect(hub.properties(role).AssumeRolePolicyDocument).toEqual({
      Version: "2012-10-17",
      Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal }],
    });
  });
});

test("a function and its mapping are created after the role's permissions, which Lambda checks when a mapping is made", () => {
  for (const name of ["Bucket", "Object", "Policy", "Sweep"]) {
    for (const waits of [`${name}Function`, `${name}Mapping`]) {
      const dependsOn = (hub.resources[waits] as unknown as { DependsOn?: string[] }).DependsOn ?? [];
      expect(dependsOn.map((id) => id.slice(0, -8))).toContain(`${name}FunctionRolePolicy`);
    }
  }
});

/** Statements of a role's one policy: sid to actions, resources and conditions. */
function statementsOf(role: string): Record<string, unknown[]> {
  const policies = hub.ofType("AWS::IAM::ManagedPolicy").map((id) => hub.properties(id));
  const [policy = {}] = policies.filter((each) => (each.Roles as string[]).includes(role));
  const { Statement } = policy.PolicyDocument as { Statement: Record<string, unknown>[] };
  return Object.fromEntries(
    Statement.map(({ Sid, Effect, Action, Resource, Condition, ...rest }) => {
      expect({ Effect, ...rest }).toEqual({ Effect: "Allow" });
      return [Sid, [[Action].flat(), [Resource].flat(), ...(Condition === undefined ? [] : [Condition])]];
    }),
  );
}
