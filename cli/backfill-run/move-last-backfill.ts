import type { BackfillState } from "#core/backfill/backfill";
import { type BackfillMove, backfillMove } from "#core/backfill/messages";
import { safe } from "#core/safe";
import { findBucket } from "../buckets/buckets.ts";
import { CliError } from "../error.ts";
import type { ExitCode } from "../line/command.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { openSession } from "../stage/session.ts";
import { findStage } from "../stage/stage.ts";
import type { Output } from "../terminal/output.ts";
import { awaitBackfill } from "./follow-backfill.ts";
import { backfillDocument, printBackfill } from "./show-backfill.ts";
import { openBackfills } from "./stage-backfills.ts";

/** What is asked of a backfill: the states from which it may, and those that show it was done. */
export interface AskedMove {
  readonly to: BackfillMove["to"];
  readonly from: readonly BackfillState[];
  readonly shows: readonly BackfillState[];
}

/**
 * Pauses, resumes or cancels the last backfill of a bucket, and waits until that shows.
 * @throws CliError if there is none, or it is not in a state for that
 */
export async function moveLastBackfill(
  args: GlobalArgs & { readonly bucket: string },
  out: Output,
  { to, from, shows }: AskedMove,
): Promise<ExitCode> {
  const session = await openSession(args);
  const backfills = await openBackfills(session, await findStage(session, args));
  const ref = await findBucket(session, args.bucket);
  const { arn } = await session.identity();
  const last = await backfills.last(ref);
  if (last === null || !from.includes(last.state)) {
    const is = last === null ? "has had no backfill" : `has a backfill that is ${last.state}`;
    throw new CliError(`nothing to ${to}: the bucket "${safe(ref.bucket)}" ${is}`, { code: "no-backfill" });
  }
  await backfills.send(backfillMove(ref, arn, to));
  const moved = await awaitBackfill(
    backfills,
    ref,
    ({ id, state, touched }) =>
      id === last.id && (shows.includes(state) || (state === "failed" && touched !== last.touched)),
  );
  printBackfill(moved, out);
  out.document(backfillDocument(moved));
  return 0;
}
