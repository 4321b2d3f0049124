/**
 * How much a test does that is long for its own sake: all of it in `npm run test:soak`, a short run in
 * `npm test`. Every test file that imports this one is part of the soak.
 */

/** A count of rounds, objects or overwrites: the full one in the soak, else the short one. */
export function soaked(full: number, short: number): number {
  return isSoak ? full : short;
}

/**
 * How often a property is tried: that often in the soak, a quarter of it in `npm test`, and a tenth
 * where every mutant of the core is put to it.
 */
export function runs(full: number): number {
  return Math.max(4, Math.round(full / (isSoak ? 1 : Number(process.env.BUCKETSEAL_FEWER_RUNS ?? 4))));
}

// --- internal ---

const isSoak = process.env.BUCKETSEAL_SOAK === "1";
