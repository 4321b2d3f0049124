import type { Table } from "#aws/table";
import { type BucketRef, partitionOf } from "#core/names";
import type { Deployment } from "#core/stage/deployment";
import { bucketName } from "../buckets/bucket-name.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { openSession, type Session } from "../stage/session.ts";
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

/**
 * The bucket that a person names, in the stage's Region. It is not looked for: what the ledger
 * knows of a bucket outlives it.
 * @throws CliError if the text names no bucket
 */
export function refInStage({ session, account }: OpenLedger, text: string): BucketRef {
  const { region } = session;
  return { partition: partitionOf(region), account, region, bucket: bucketName(text) };
}
