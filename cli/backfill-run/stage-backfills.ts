import { lastBackfill } from "#aws/backfill/backfills";
import { sendLater } from "#aws/sqs/queue";
import type { Table } from "#aws/table";
import type { Backfill } from "#core/backfill/backfill";
import type { BackfillMove, BackfillStart } from "#core/backfill/messages";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import { readWindows, type ShownWindow } from "../history/drift-windows.ts";
import type { Session } from "../session/session.ts";
import { assumeStageRole } from "../stage/assume-role.ts";

/** The backfills of a stage, and the way to say something to them. */
export interface StageBackfills {
  /** The bucket's last backfill, under way or over; `null`: there was none. */
  last(ref: BucketRef): Promise<Backfill | null>;
  /** The bucket's windows, and what became of each. */
  windows(ref: BucketRef): Promise<readonly ShownWindow[]>;
  /** By the one role that lets people do so; returns the message's id. */
  send(message: BackfillStart | BackfillMove): Promise<string>;
}

/** @throws CliError if the stage has no backfills */
export async function openBackfills(session: Session, deployment: Deployment): Promise<StageBackfills> {
  const { stage, backfillRoleArn: arn, backfillQueueUrl: queueUrl } = deployment;
  if (arn === undefined || queueUrl === undefined) {
    throw new CliError(
      `stage ${safe(stage)} has no backfills: deploy it with BUCKETSEAL_BACKFILL=on, or use --local --apply`,
      { code: "no-backfills" },
    );
  }
  const ledger: Table = { dynamodb: await session.dynamodb(), table: deployment.ledgerTable };
  return {
    last: (ref) => lastBackfill(ledger, ref),
    windows: (ref) => readWindows(ledger, ref),
    send: async (message) => {
      const credentials = await assumeStageRole(session, deployment, { arn, name: "backfill role" });
      return sendLater(await session.sqs(credentials), queueUrl, message, 0);
    },
  };
}
