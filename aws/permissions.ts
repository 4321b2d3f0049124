/** One statement of a role's policy, beside nothing else: no role has rights that are not listed here. */
export interface Permission {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Scope {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** Reading and repairing bucket encryption, in the function's own account only: nothing about objects. */
export function bucketPermissions({ partition, account, region }: Scope): Permission[] {
  const own = { StringEquals: { "aws:ResourceAccount": account } };
  return [
    {
      sid: "ReadBuckets",
      actions: ["s3:GetEncryptionConfiguration", "s3:GetBucketTagging"],
      resources: [`arn:${partition}:s3:::*`],
      conditions: own,
    },
    {
      sid: "RepairBuckets",
      actions: ["s3:PutEncryptionConfiguration"],
      resources: [`arn:${partition}:s3:::*`],
      conditions: own,
    },
    // Of every account: a key of a central account is looked at where its own policy allows that.
    { sid: "LookAtKeys", actions: ["kms:DescribeKey"], resources: [`arn:${partition}:kms:${region}:*:key/*`] },
    { sid: "PlaceInTheOrganization", actions: ["organizations:ListParents"], resources: ["*"] },
  ];
}

/** Seeing whether buckets send events about their objects and, where the deployment says so, switching them on. */
export function notificationPermissions(
  { partition, account }: Scope,
  { manage }: { readonly manage: boolean },
): Permission[] {
  return [
    {
      sid: "SeeNotifications",
      actions: ["s3:GetBucketNotification", ...(manage ? ["s3:PutBucketNotification"] : [])],
      resources: [`arn:${partition}:s3:::*`],
      conditions: { StringEquals: { "aws:ResourceAccount": account } },
    },
  ];
}

/** The desired state is read, never written. */
export function policyReadPermissions(policyTableArn: string): Permission[] {
  return [{ sid: "ReadThePolicy", actions: ["dynamodb:GetItem"], resources: [policyTableArn] }];
}

/** The ledger and the pins of key aliases. */
export function ledgerPermissions(ledgerTableArn: string): Permission[] {
  return [{ sid: "KeepTheLedger", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [ledgerTableArn] }];
}

/** The switch that pauses all writes. */
export function pausePermissions(parameterArn: string): Permission[] {
  return [{ sid: "ReadThePauseSwitch", actions: ["ssm:GetParameter"], resources: [parameterArn] }];
}

/** Alerts go to one topic, which is encrypted under a key of its own. */
export function alertPermissions(topicArn: string, keyArn: string, region: string): Permission[] {
  return [
    { sid: "Alert", actions: ["sns:Publish"], resources: [topicArn] },
    {
      sid: "EncryptAlerts",
      actions: ["kms:GenerateDataKey", "kms:Decrypt"],
      resources: [keyArn],
      conditions: { StringEquals: { "kms:ViaService": `sns.${region}.amazonaws.com` } },
    },
  ];
}

/** Taking messages; the last two are what the function itself calls. */
export function queuePermissions(queueArn: string, deadLetterQueueArn: string): Permission[] {
  return [
    { sid: "TakeMessages", actions: POLLER_ACTIONS, resources: [queueArn] },
    { sid: "ComeBackSooner", actions: ["sqs:ChangeMessageVisibility"], resources: [queueArn] },
    { sid: "LookAgainAndBury", actions: ["sqs:SendMessage"], resources: [queueArn, deadLetterQueueArn] },
  ];
}

/** What Lambda's own pollers call with a function's role; no code of ours does. */
export const POLLER_ACTIONS: readonly string[] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/**
 * What Lambda's own pollers call to read a table's stream; no code of ours does.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
 */
export const STREAM_ACTIONS: readonly string[] = [
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];

/** Reading the stream of the policy table; what cannot be worked on goes to a queue. */
export function streamPermissions(streamArn: string, failureQueueArn: string): Permission[] {
  return [
    { sid: "FollowThePolicy", actions: STREAM_ACTIONS, resources: [streamArn] },
    { sid: "GiveUpOnAChange", actions: ["sqs:SendMessage"], resources: [failureQueueArn] },
  ];
}

/** What the push role may do, and nobody else: write versions and move the pointer. */
export function pushPermissions(policyTableArn: string): Permission[] {
  return [
    {
      sid: "PushPolicies",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
      resources: [policyTableArn],
    },
  ];
}

/**
 * Accepting what a key alias resolves to now: the push role writes pins, and nothing else of the ledger.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function pinPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "AcceptKeys",
      actions: ["dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("PIN#*"),
    },
  ];
}

/** Letting writes go on after an integrity alarm: the push role writes alarms' items, and nothing else of the ledger but pins. */
export function alarmPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "ClearAlarms",
      actions: ["dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("ALARM#*"),
    },
  ];
}

/** Bringing dead letters back to the queue they were meant for. */
export function redrivePermissions(fromArns: readonly string[], toArn: string): Permission[] {
  return [
    { sid: "TakeDeadLetters", actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"], resources: fromArns },
    { sid: "SendThemAgain", actions: ["sqs:SendMessage"], resources: [toArn] },
  ];
}

/** That a call names items, and only those whose partition key matches: one that names none would pass `ForAllValues` alone. */
export function onlyItems(...partitionKeys: readonly string[]): NonNullable<Permission["conditions"]> {
  return {
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitionKeys },
    Null: { "dynamodb:LeadingKeys": "false" },
  };
}

/** Every way to change an item, for the explicit deny of our tables. */
export const TABLE_WRITES: readonly string[] = [
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:PartiQLInsert",
  "dynamodb:PartiQLUpdate",
  "dynamodb:PartiQLDelete",
];
