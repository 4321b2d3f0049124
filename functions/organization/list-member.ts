import { accountStates } from "#aws/runs/account-states";
import { batchesOf } from "#aws/runs/batches";
import { accountPage } from "#aws/s3/list-buckets";
import type { NamesMessage } from "#core/sweep/messages";
import type { Run } from "#core/sweep/run";
import { logger } from "../runtime/telemetry.ts";
import type { Delivery } from "../sweep/delivery.ts";
import { eachPage } from "../sweep/each-page.ts";
import { addNames } from "../sweep/send-batches.ts";
import type { SweepShared } from "../sweep/shared.ts";
import type { SweepOrg } from "./organization.ts";
import { coveredRegions } from "./places.ts";
import { reached } from "./reached.ts";
import { noteRegions } from "./regions.ts";

/**
 * Lists the buckets of a member account by one pass over all Regions, and adds those of covered
 * ones, each batch with its Region. Returns whether all are listed; the rest is a message of its
 * own.
 * @param shared - at work in the account
 * @throws Unreached; RetryableError on throttling, 5xx and timeouts; TooManyHops.
 */
export async function listMember(
  shared: SweepShared,
  org: SweepOrg,
  run: Run,
  message: NamesMessage & { readonly account: string },
  delivery: Delivery,
): Promise<boolean> {
  const { clients, home } = shared;
  const { account } = message;
  const regions = coveredRegions(account, home, org.settings);
  const isAll = await eachPage(shared, run, message, delivery, async (token) => {
    const page = await reached(account, () => accountPage(clients.s3, token));
    const unplaced = page.buckets.filter(({ region }) => region === null);
    if (unplaced.length > 0) logger.warn("S3 did not say where buckets are", { account, buckets: unplaced.length });
    for (const region of regions) {
      const names = page.buckets.flatMap((bucket) => (bucket.region === region ? bucket.name : []));
      await addNames(shared, run, names, { account, region });
    }
    return page.next;
  });
  if (!isAll) return false;
  await noteRegions(shared, org.regionsOf, account, regions);
  await addVanished(shared, run, account, regions);
  return true;
}

// --- internal ---

/**
 * Adds buckets that the ledger knows and the list does not have, and has the keys looked at in
 * every Region where there are buckets.
 */
async function addVanished(shared: SweepShared, run: Run, account: string, regions: readonly string[]): Promise<void> {
  const { ledger, scope } = shared;
  const listed = new Map<string, Set<string>>();
  for await (const { names, at } of batchesOf(ledger, scope, run.id)) {
    const region = at?.region ?? "";
    listed.set(region, new Set([...(listed.get(region) ?? []), ...names]));
  }
  for (const region of regions) {
    const here = listed.get(region) ?? new Set();
    const vanished: string[] = [];
    for await (const { bucket, outcome } of accountStates(ledger, { account, region }, false)) {
      if (outcome !== "gone" && !here.has(bucket)) vanished.push(bucket);
    }
    await addNames(shared, run, vanished.sort(), { account, region });
    if (here.size + vanished.length === 0) continue;
    const keys = { arns: null, trigger: null, again: false, account, region };
    await shared.later({ schema: "bucketseal.keys/1", ...keys }, 0, 1);
  }
}
