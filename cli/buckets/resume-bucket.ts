import { readState } from "#aws/ledger/bucket-state";
import { writeResumed } from "#aws/ledger/resumed";
import { callerText } from "#core/event/caller";
import type { Breaker } from "#core/ledger/breaker";
import { partitionOf } from "#core/names";
import { safe } from "#core/safe";
import { ofPlaces, openPlaces } from "../accounts/open-places.ts";
import { CliError } from "../error.ts";
import { assumePushRole } from "../stage/push-role.ts";
import type { Output } from "../terminal/output.ts";
import { printable } from "../terminal/printable.ts";
import { bucketName } from "./bucket-name.ts";

/**
 * Closes the breaker of a contested bucket, or says that the policy which refused a write no longer
 * does: the bucket's next look may write again.
 * @throws CliError if its breaker is not open and no write was refused
 */
export async function resumeBucket(args: Parameters<typeof openPlaces>[0], text: string, out: Output): Promise<0> {
  const { session, deployment, ledger, places } = await openPlaces(args, out);
  const { stage } = deployment;
  const bucket = bucketName(text);
  const states = await ofPlaces(places, async (place) => {
    const ref = { partition: partitionOf(place.region), ...place, bucket };
    const { breaker = null, refused = null } = await readState(ledger, ref);
    return { ref, breaker, refused };
  });
  const found = states.find(({ breaker, refused }) => breaker !== null || refused !== null);
  if (found === undefined) {
    const ofMembers = deployment.org === "on" ? " (of members: --all-accounts)" : "";
    const where = places.isAsked ? "these accounts" : `${session.region}${ofMembers}`;
    throw new CliError(`the breaker of "${safe(bucket)}" is not open in ${where}; to lift a pause: bucketseal resume`, {
      code: "no-breaker",
    });
  }
  const { ref, breaker, refused } = found;
  const { arn: by } = await session.identity();
  const at = new Date().toISOString();
  const dynamodb = await assumePushRole(session, deployment);
  await writeResumed({ dynamodb, table: ledger.table }, ref, { by, at });
  out.line(`bucket   ${safe(ref.bucket)}${places.isAsked ? `  account ${ref.account}  ${safe(ref.region)}` : ""}`);
  if (breaker !== null) for (const line of breakerLines(breaker)) out.line(line);
  else if (refused !== null) out.line(`refused  at ${refused.at}: ${printable(refused.text)}`);
  out.line(`closed by ${safe(by)} at ${at}: the bucket is written again with its next event or sweep`);
  out.line(
    `to repair it now: bucketseal ${places.isAsked ? `sweep --account ${ref.account}` : `apply ${safe(bucket)}`}`,
  );
  const { account, region } = ref;
  out.document({
    stage,
    bucket,
    account,
    region,
    closed: true,
    by,
    at,
    breaker: breaker === null ? null : shown(breaker),
  });
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
