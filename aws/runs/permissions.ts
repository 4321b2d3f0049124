import { onlyItems } from "#aws/ledger/permissions";
import type { Permission } from "#aws/permission";

/**
 * runs/: passes over many buckets, and their batches. The sweep function keeps runs (runs.ts,
 * batches.ts, put-batches.ts, pointers.ts) and sees which buckets are known (account-states.ts) and
 * due (due.ts).
 */
export function runPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "KeepRuns",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"],
      resources: [ledgerTableArn],
      conditions: onlyItems("RUN#*"),
    },
    { sid: "SeeKnownBuckets", actions: ["dynamodb:Query"], resources: [`${ledgerTableArn}/index/ByAccount`] },
    { sid: "SeeWhatIsDue", actions: ["dynamodb:Query"], resources: [`${ledgerTableArn}/index/ByDue`] },
  ];
}

/** What the daily digest reads (digest.ts, and history/). */
export function digestPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "SeeTheDay",
      actions: ["dynamodb:Query"],
      resources: [`${ledgerTableArn}/index/ByTime`, `${ledgerTableArn}/index/ByOutcome`],
    },
  ];
}

/**
 * The bucket function's part, which may read and write every item: it begins batches
 * (batch-facts.ts) and ends them (batches.ts).
 */
export function batchPermissions(ledgerTableArn: string): Permission[] {
  return [
    { sid: "WorkOnRuns", actions: ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], resources: [ledgerTableArn] },
  ];
}
