/**
 * A quantile by nearest rank: the value that this share (0 to 1) of the values does not exceed,
 * always one that was measured.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
