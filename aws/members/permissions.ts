import { onlyItems } from "#aws/ledger/permissions";
import type { Permission } from "#aws/permission";

/**
 * members/: what is known of the accounts of an organization (accounts.ts), and what was told of
 * them (told.ts, standing.ts), for the sweep function. The bucket function may read and write every
 * item.
 */
export function memberRecordPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "KeepAccounts",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"],
      resources: [ledgerTableArn],
      conditions: onlyItems("ACCOUNTS", "TOLD"),
    },
  ];
}
