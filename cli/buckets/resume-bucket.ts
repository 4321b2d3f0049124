import { readState } from "#aws/ledger/bucket-state";
import { writeResumed } from "#aws/ledger/resumed";
import { callerText } from "#core/event/caller";
import type { Breaker } from "#core/ledger/breaker";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { openLedger, refInStage } from "../history/open-ledger.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { assumePushRole } from "../stage/push-role.ts";
import type { Output } from "../terminal/output.ts";
import { printable } from "../terminal/printable.ts";

/**
 * Closes the breaker of a contested bucket, or says that the policy which refused a write no longer
 * does: the bucket's next look may write again.
 * @throws CliError if its breaker is not open and no write was refused
 */
export async function resumeBucket(args: GlobalArgs, text: string, out: Output): Promise<0> {
  const open = await openLedger(args);
  const { session, deployment, ledger } = open;
  const { stage } = deployment;
  const ref = refInStage(open, text);
  const { breaker = null, refused = null } = await readState(ledger, ref);
  if (breaker === null && refused === null) {
    throw new CliError(
      `the breaker of "${safe(ref.bucket)}" is not open in ${ref.region}; to lift a pause: bucketseal resume`,
      { code: "no-breaker" },
    );
  }
  const { arn: by } = await session.identity();
  const at = new Date().toISOString();
  const dynamodb = await assumePushRole(session, deployment);
  await writeResumed({ dynamodb, table: ledger.table }, ref, { by, at });
  out.line(`bucket   ${safe(ref.bucket)}`);
  if (breaker !== null) for (const line of breakerLines(breaker)) out.line(line);
  else if (refused !== null) out.line(`refused  at ${refused.at}: ${printable(refused.text)}`);
  out.line(`closed by ${safe(by)} at ${at}: the bucket is written again with its next event or sweep`);
  out.line(`to repair it now: bucketseal apply ${safe(ref.bucket)}`);
  out.document({ stage, bucket: ref.bucket, closed: true, by, at, breaker: breaker === null ? null : shown(breaker) });
  return 0;
}

// --- internal ---

function breakerLines({ openedAt, until, writes, ours, theirs }: Breaker): string[] {
  return [
    `open     since ${openedAt}, would have stayed open until ${until}`,
    `wrote    ${writes} times, ${safe(ours)}`,
    `undone   by ${(theirs.length === 0 ? [null] : theirs).map(callerText).join(", ")}`,
  ];
}

function shown({ openedAt, until, writes, ours, theirs }: Breaker): object {
  return { openedAt, until, writes, ours, theirs };
}
