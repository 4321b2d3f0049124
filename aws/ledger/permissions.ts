import type { Permission } from "#aws/permission";

/** The ledger and the pins of key aliases. */
export function ledgerPermissions(ledgerTableArn: string): Permission[] {
  return [{ sid: "KeepTheLedger", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [ledgerTableArn] }];
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
