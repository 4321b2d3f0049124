import { accountStates } from "#aws/runs/account-states";
import { batchesOf } from "#aws/runs/batches";
import { moveRun, readRun } from "#aws/runs/runs";
import { bucketPage } from "#aws/s3/list-buckets";
import type { NamesMessage } from "#core/sweep/messages";
import { isComplete } from "#core/sweep/run";
import { listMember } from "../organization/list-member.ts";
import { logger } from "../runtime/telemetry.ts";
import { addConcerned } from "./concerned.ts";
import type { Delivery } from "./delivery.ts";
import { eachPage } from "./each-page.ts";
import { addNames } from "./send-batches.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Lists the buckets of a run into batches, page by page, for as long as there is time; the rest is
 * a message of its own. Listed twice, the same names make the same batches.
 * @throws RetryableError on throttling, 5xx and timeouts; TooManyHops.
 */
export async function listNames(shared: SweepShared, message: NamesMessage, delivery: Delivery): Promise<void> {
  const { clients, ledger, scope, org } = shared;
  const run = await readRun(ledger, scope, message.run);
  if (run?.state !== "listing") return;
  if (run.kind === "push") {
    if (await addConcerned(shared, run, message, delivery)) await endListing(shared, run.id);
    return;
  }
  const { account } = message;
  if (account !== undefined && org !== null) {
    if (await listMember(shared, org, run, { ...message, account }, delivery)) await endListing(shared, run.id);
    return;
  }
  const isAll = await eachPage(shared, run, message, delivery, async (token) => {
    const page = await bucketPage(clients.s3, scope.region, token);
    await addNames(shared, run, page.names);
    return page.next;
  });
  if (!isAll) return;
  await addNames(shared, run, await vanished(shared, await namesOf(shared, run.id)));
  await endListing(shared, run.id);
}

// --- internal ---

async function endListing(shared: SweepShared, run: string): Promise<void> {
  const { ledger, scope, clock } = shared;
  let batches = 0;
  for await (const _ of batchesOf(ledger, scope, run)) batches += 1;
  const listed = await moveRun(ledger, scope, run, { from: ["listing"], to: "running", now: clock.now(), batches });
  if (listed === null) return;
  logger.info("names listed", { run, batches });
  if (isComplete(listed)) await shared.later({ schema: "bucketseal.close/1", run, ...shared.of }, 0, 1);
}

/** The names that are in the batches of a run. */
async function namesOf({ ledger, scope }: SweepShared, run: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const batch of batchesOf(ledger, scope, run)) for (const name of batch.names) names.add(name);
  return names;
}

/**
 * Buckets that the ledger knows and the list does not have, in order: most of them were deleted,
 * which only a look can tell. Those that are known to be gone are left out.
 */
async function vanished({ ledger, scope }: SweepShared, listed: ReadonlySet<string>): Promise<string[]> {
  const names: string[] = [];
  for await (const { bucket, outcome } of accountStates(ledger, scope, false)) {
    if (outcome !== "gone" && !listed.has(bucket)) names.push(bucket);
  }
  return names.sort();
}
