/**
 * The ids that were moved: the smallest set of common ids whose removal leaves the rest in the same
 * order.
 */
export function movedIds(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const place = new Map(before.map((id, at) => [id, at]));
  const kept = after.flatMap((id) => {
    const at = place.get(id);
    return at === undefined ? [] : [{ id, at }];
  });
  const still = longestRising(kept.map(({ at }) => at));
  return new Set(kept.filter(({ at }) => !still.has(at)).map(({ id }) => id));
}

// --- internal ---

/** The longest increasing subsequence, by patience sorting. The numbers are distinct. */
function longestRising(numbers: readonly number[]): ReadonlySet<number> {
  const piles: number[] = [];
  const below = new Map<number, number | undefined>();
  for (const number of numbers) {
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((piles[middle] as number) < number) low = middle + 1;
      else high = middle;
    }
    below.set(number, piles[low - 1]);
    piles[low] = number;
  }
  const rising = new Set<number>();
  for (let number = piles.at(-1); number !== undefined; number = below.get(number)) rising.add(number);
  return rising;
}
