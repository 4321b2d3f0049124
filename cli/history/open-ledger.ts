import type { Table } from "#aws/table";
import type { Deployment } from "#core/stage/deployment";
import type { GlobalArgs } from "../line/globals.ts";
import { openSession, type Session } from "../session/session.ts";
import { findStage } from "../stage/stage.ts";

/** A stage's ledger, read with the caller's own rights. */
export interface OpenLedger {
  readonly session: Session;
  readonly deployment: Deployment;
  readonly ledger: Table;
  readonly account: string;
}

export async function openLedger(args: GlobalArgs): Promise<OpenLedger> {
  const session = await openSession(args);
  const deployment = await findStage(session, args);
  const { account } = await session.identity();
  return {
    session,
    deployment,
    ledger: { dynamodb: await session.dynamodb(), table: deployment.ledgerTable },
    account,
  };
}
