/**
 * The volume of tests that are long for their own sake: full in `npm run test:soak`, short in `npm
 * test`. Every test file that imports this one is part of the soak.
 */

/** Whether this is the soak: what has no short run is left out of `npm test`. */
export const isSoak = process.env.BUCKETSEAL_SOAK === "1";

/** A count of rounds, objects or overwrites: the full one in the soak, else the short one. */
export function soaked(full: number, short: number): number {
  return isSoak ? full : short;
}

/**
 * The number of runs of a property: full in the soak, a quarter in `npm test`, and a tenth where
 * every mutant of the core is tested.
 */
export function runs(full: number): number {
  return Math.max(4, Math.round(full / (isSoak ? 1 : Number(process.env.BUCKETSEAL_FEWER_RUNS ?? 4))));
}
