import type { Table } from "#aws/table";
import type { BucketRef } from "#core/names";
import { type AccountRecord, newAccountRecord } from "#core/org/account-record";
import { mapPool } from "../buckets/pool.ts";
import type { OpenLedger } from "../history/open-ledger.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { findStage } from "../stage/stage.ts";
import type { Output } from "../terminal/output.ts";
import { type AskedAccounts, askedAccounts, askedRegions } from "./args.ts";
import { chooseAccounts } from "./choose.ts";
import { inStageRegion } from "./open.ts";
import { stageRegions } from "./stage-regions.ts";

/** An account and a Region, as the ledger keeps them. */
export type LedgerPlace = Pick<BucketRef, "account" | "region">;

/** The part of a stage's ledger that a person asks for. */
export interface Places {
  /** Whether accounts or several Regions were asked for. */
  readonly isAsked: boolean;
  /** `null`: all. */
  readonly accounts: readonly string[] | null;
  readonly regions: readonly string[] | null;
  has(place: LedgerPlace): boolean;
  /** Every account, with each Region that is meant. */
  list(): Promise<LedgerPlace[]>;
}

/**
 * Opens the ledger of the stage, a hub's for its members: no account is entered.
 * @throws CliError if no stage is found, or Organizations does not answer for `--ou`
 */
export async function openPlaces(
  args: GlobalArgs & Parameters<typeof askedAccounts>[0],
  out: Output,
): Promise<OpenLedger & { readonly places: Places }> {
  const asked = askedAccounts(args);
  const regions = askedRegions(args);
  const isAsked = asked !== null || regions.length > 1;
  const { session, used: deployment } = await inStageRegion(args, isAsked, (at) => findStage(at, args));
  const { account } = await session.identity();
  const ledger = { dynamodb: await session.dynamodb(), table: deployment.ledgerTable };
  if (asked !== null && asked.role !== null) {
    out.note("--role is not used: the ledger of the stage is read, and no account is entered");
  }
  const accounts = asked === null ? (isAsked ? [account] : null) : await accountsOf(asked, { session });
  const only = isAsked && regions.length > 0 ? regions : null;
  const list = async (): Promise<LedgerPlace[]> => {
    if (!isAsked) return [{ account, region: session.region }];
    const known = accounts ?? (await recordsOf(ledger, { accounts })).map((record) => record.account);
    const all = accounts === null ? [...new Set([account, ...known])] : known;
    return all.flatMap((each) =>
      (only ?? stageRegions(deployment, session)).map((region) => ({ account: each, region })),
    );
  };
  const places: Places = {
    isAsked,
    accounts,
    regions: only,
    has: (place) =>
      (accounts === null || accounts.includes(place.account)) && (only === null || only.includes(place.region)),
    list,
  };
  return { session, deployment, ledger, account, places };
}

/** What the ledger knows of each account that is meant; one of which it knows nothing, too. */
export async function recordsOf(ledger: Table, { accounts }: Pick<Places, "accounts">): Promise<AccountRecord[]> {
  const { readAccounts } = await import("#aws/members/accounts");
  const records: AccountRecord[] = [];
  for await (const record of readAccounts(ledger)) {
    if (accounts === null || accounts.includes(record.account)) records.push(record);
  }
  const known = new Set(records.map(({ account }) => account));
  const rest = (accounts ?? []).filter((account) => !known.has(account));
  return [...records, ...rest.map(newAccountRecord)];
}

/** Reads something of every place, some at once. */
export async function ofPlaces<T>(places: Places, read: (place: LedgerPlace) => Promise<T>): Promise<T[]> {
  return mapPool(await places.list(), PARALLEL, read);
}

// --- internal ---

/** Places that are read at once. */
const PARALLEL = 16;

/** `null`: all that the ledger knows. Those that are not active any more have their past, too. */
async function accountsOf(
  asked: AskedAccounts,
  { session }: Pick<OpenLedger, "session">,
): Promise<readonly string[] | null> {
  if (asked.named !== null) return asked.named;
  if (asked.units.length === 0) return null;
  const { accounts, inactive } = await chooseAccounts(session, asked);
  return [...accounts, ...inactive].map(({ id }) => id);
}
