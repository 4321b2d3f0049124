import { safe } from "#core/safe";
import { addCounts, noCounts } from "#core/sweep/counts";
import { startMessage } from "#core/sweep/messages";
import type { askedAccounts } from "../accounts/args.ts";
import { openPlaces } from "../accounts/open-places.ts";
import { stageRegions } from "../accounts/stage-regions.ts";
import { mapPool } from "../buckets/pool.ts";
import { CliError } from "../error.ts";
import type { ExitCode } from "../line/command.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { hubOnly } from "../org/hub-only.ts";
import { openSweepQueue } from "../stage/send-to-sweep.ts";
import type { Output } from "../terminal/output.ts";
import { followAccounts } from "./follow-accounts.ts";
import { printSwept, sweptAccount } from "./swept-account.ts";

/**
 * Has a hub sweep the accounts that are asked for, and follows them to their ends.
 * @throws CliError if the stage is no hub, or its Regions are to be swept one by one
 */
export async function sweepAccounts(
  args: GlobalArgs & Parameters<typeof askedAccounts>[0] & { readonly detach?: boolean | undefined },
  out: Output,
): Promise<ExitCode> {
  const { session, deployment, ledger, account, places } = await openPlaces(args, out);
  hubOnly(deployment);
  if (places.regions?.some((region) => region !== session.region) === true) {
    throw new CliError("--region takes the hub's own here: an account is swept in all Regions that the hub covers", {
      code: "usage",
    });
  }
  const { arn } = await session.identity();
  const isDetached = args.detach === true;
  const swept = {
    ledger,
    home: { account, region: session.region },
    accounts: places.accounts,
    regions: stageRegions(deployment, session),
    isDetached,
    patience: PATIENCE,
  };
  const send = async () => {
    const sendOne = await openSweepQueue(session, deployment);
    const ids = await mapPool(places.accounts ?? ["all"], PARALLEL, async (each) => {
      return [each, await sendOne(startMessage(arn, each))] as const;
    });
    const found = new Map(ids);
    return (each: string) => found.get(each) ?? found.get("all") ?? "";
  };
  const followed = await followAccounts(swept, send, out);
  const accounts = followed.map(sweptAccount);
  const counts = accounts.reduce((sum, each) => addCounts(sum, each.counts ?? noCounts), noCounts);
  out.line(`stage ${safe(deployment.stage)}`);
  printSwept(accounts, out);
  out.document({ stage: deployment.stage, accounts, counts });
  // The accounts that are suspended are none of all that are active.
  const isMissed = ({ state, enrolment }: (typeof accounts)[number]) =>
    (state === null || state === "stalled" || state === "superseded") &&
    !(places.accounts === null && enrolment === "suspended");
  if (accounts.some(isMissed)) return 1;
  return !isDetached && counts.reported + counts.held + counts.unreadable + counts.failed > 0 ? 2 : 0;
}

// --- internal ---

/** Milliseconds after the last run that began. */
const PATIENCE = 60_000;
/** Messages that are sent at once. */
const PARALLEL = 8;
