import { currentRun } from "#aws/runs/pointers";
import { readRun } from "#aws/runs/runs";
import type { Deployment } from "#core/stage/deployment";
import type { Run } from "#core/sweep/run";
import type { Session } from "../session/session.ts";

/** The push that was halted, if one is; `null` also for a stage that has no runs yet. */
export async function haltedRun(session: Session, { ledgerTable, startRoleArn }: Deployment): Promise<Run | null> {
  if (startRoleArn === undefined) return null;
  const { account } = await session.identity();
  const scope = { account, region: session.region };
  const ledger = { dynamodb: await session.dynamodb(), table: ledgerTable };
  const id = await currentRun(ledger, scope, "push");
  const run = id === null ? null : await readRun(ledger, scope, id);
  return run?.state === "halted" ? run : null;
}
