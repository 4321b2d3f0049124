import type { Tally } from "./tally.ts";

/**
 * Prices in us-east-1 in USD, and when they were collected; bench/cost/prices.ts has their sources.
 * That UpdateObjectEncryption counts as a PUT is not verified.
 */
const PRICES_OF = "2026-11-21";
const USD = {
  /** PUT, COPY, LIST or UpdateObjectEncryption. */
  write: 0.005 / 1_000,
  read: 0.0004 / 1_000,
  kms: 0.03 / 10_000,
  dataEvent: 0.1 / 100_000,
  /** A GB of S3 Standard for a month. */
  storage: 0.023,
};

/** What a backfill takes, and about what it costs. */
export interface Cost {
  readonly pricesOf: string;
  readonly requests: {
    readonly list: number;
    readonly look: number;
    readonly update: number;
    readonly copy: number;
    /** At most. */
    readonly kms: number;
  };
  readonly usd: {
    readonly requests: number;
    /** At most. */
    readonly kms: number;
    /** What each month costs that versions left behind by copies are kept; 0: nothing is kept. */
    readonly storageMonthly: number;
    /** If a trail logs the data events of these objects. */
    readonly dataEvents: number;
  };
}

/**
 * The cost of a pass over `listed` objects: the looked-at ones stand for all. Each object is looked
 * at once, and again after its write.
 * @param isVersioned - whether a copy leaves the old version behind
 */
export function costOf(tally: Tally, listed: number, pages: number, isVersioned: boolean): Cost {
  const share = tally.looked === 0 ? 0 : listed / tally.looked;
  const scaled = (number: number) => Math.round(number * share);
  const update = scaled(tally.todo.update ?? 0);
  // A copy in parts takes a call for each, and four more: begin, list and complete, and the tags.
  const large = tally.todo.copyLarge ?? 0;
  const copy = scaled((tally.todo.copy ?? 0) + tally.parts + 4 * large);
  const look = listed + update + scaled((tally.todo.copy ?? 0) + 3 * large);
  // Decrypt under the old key and GenerateDataKey under the new one; a bucket key saves most.
  const kms = scaled(tally.kmsWrites) * 2;
  const gigabytes = scaled(tally.copiedBytes) / 1024 ** 3;
  return {
    pricesOf: PRICES_OF,
    requests: { list: pages, look, update, copy, kms },
    usd: {
      requests: cents((pages + update + copy) * USD.write + look * USD.read),
      kms: cents(kms * USD.kms),
      storageMonthly: isVersioned ? cents(gigabytes * USD.storage) : 0,
      dataEvents: cents((look + update + copy) * USD.dataEvent),
    },
  };
}

// --- internal ---

/** Hundredths of a cent are enough. */
function cents(usd: number): number {
  return Math.round(usd * 10_000) / 10_000;
}
