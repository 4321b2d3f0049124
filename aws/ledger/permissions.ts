import type { Permission } from "#aws/permission";

/**
 * ledger/: what is remembered between two looks. The bucket function reads and writes whole items:
 * bucket-state.ts, pins.ts, marks.ts, resumed.ts, notification-state.ts.
 */
export function ledgerPermissions(ledgerTableArn: string): Permission[] {
  return [{ sid: "KeepTheLedger", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [ledgerTableArn] }];
}

/**
 * The object function's part of the ledger; what is known about buckets is out of its reach.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function objectLedgerPermissions(ledgerTableArn: string): Permission[] {
  return [
    // windows.ts, window-add.ts, sse-c-writes.ts, object-intents.ts, pages.ts, copy-count.ts,
    // upload-marks.ts, replicas-told.ts
    {
      sid: "KeepTheLedger",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"],
      resources: [ledgerTableArn],
      conditions: onlyItems("OBJECTS#*", "COPIES#*"),
    },
    // pins.ts, marks.ts
    {
      sid: "PinKeysAndTellOnce",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("PIN#*", "MARK"),
    },
    // integrity-alarms.ts
    {
      sid: "RaiseAlarms",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("ALARM#*"),
    },
  ];
}

/**
 * The part of an object function in a member: items of its own account, without copies and marks.
 * @param account - the account, as a variable of the session
 */
export function memberLedgerPermissions(ledgerTableArn: string, account: string): Permission[] {
  return [
    {
      sid: "KeepFindings",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"],
      resources: [ledgerTableArn],
      conditions: onlyItems(`OBJECTS#${account}#*`),
    },
    {
      sid: "PinKeysAndRaiseAlarms",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems(`PIN#${account}#*`, `ALARM#${account}#*`),
    },
  ];
}

/**
 * What the sweep function keeps of keys at risk (key-risks.ts), and the pins of aliases (pins.ts).
 */
export function keyRiskPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "RememberKeysAtRisk",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
      resources: [ledgerTableArn],
      conditions: onlyItems("KEY#*"),
    },
    {
      sid: "SeePins",
      actions: ["dynamodb:GetItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("PIN#*"),
    },
  ];
}

/** Accepting the key an alias resolves to now: the push role writes pins (pins.ts). */
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

/**
 * Clearing an integrity alarm: the push role writes the items of alarms (integrity-alarms.ts), and
 * nothing else of the ledger but pins.
 */
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

/** Closing a bucket's breaker: the push role says so (resumed.ts); the bucket function does it. */
export function resumePermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "ResumeBuckets",
      actions: ["dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("RESUMED#*"),
    },
  ];
}

/**
 * The operator role's part: states of buckets with their histories (bucket-state.ts). The items of
 * a transaction are authorized one by one, each with its own partition key.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function statePermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "KeepStates",
      actions: ["dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("BUCKET#*"),
    },
  ];
}

/** Every way to change an item, for the explicit deny on our tables. */
export const TABLE_WRITES: readonly string[] = [
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:PartiQLInsert",
  "dynamodb:PartiQLUpdate",
  "dynamodb:PartiQLDelete",
];

/**
 * Only calls that name items, and only items with these partition keys. `ForAllValues` alone would
 * let a call pass that names none.
 */
export function onlyItems(...partitionKeys: readonly string[]): NonNullable<Permission["conditions"]> {
  return {
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitionKeys },
    Null: { "dynamodb:LeadingKeys": "false" },
  };
}
