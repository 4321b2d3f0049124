import { onlyItems } from "#aws/ledger/permissions";
import type { Permission } from "#aws/permission";

/**
 * backfill/: what is kept of backfills. The backfill function begins, lists, moves and ends them:
 * backfills.ts, list-page.ts, object-batches.ts.
 */
export function backfillPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "KeepBackfills",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"],
      resources: [ledgerTableArn],
      conditions: onlyItems("BACKFILL#*"),
    },
  ];
}

/** The object function's part: ending the batches that it looked at (object-batches.ts). */
export function objectBatchPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "EndBatchesOfBackfills",
      actions: ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("BACKFILL#*"),
    },
  ];
}
