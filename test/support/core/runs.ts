/** How often a property is tried: as often as it says, or so many times less often where every mutant of the core is put to it. */
export function runs(times: number): number {
  return Math.max(4, Math.round(times / Number(process.env.BUCKETSEAL_FEWER_RUNS ?? 1)));
}
