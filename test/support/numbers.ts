/**
 * Numbers from 0 up to 1, the same for the same seed: a linear congruential generator with the
 * upper bits taken.
 */
export function numbers(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 33n) / 2 ** 31;
  };
}
