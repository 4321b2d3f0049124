/**
 * Works on the items as they come, at most `limit` at once, until there are no more or `isStopped`
 * says so. The first error stops it: what is under way is finished, then it is thrown.
 */
export async function drain<Item>(
  items: AsyncIterator<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
  isStopped: () => boolean = () => false,
): Promise<void> {
  const failures: unknown[] = [];
  const worker = async () => {
    while (failures.length === 0 && !isStopped()) {
      const next = await items.next();
      if (next.done === true) return;
      await work(next.value);
    }
  };
  const guarded = () => worker().catch((error: unknown) => void failures.push(error));
  await Promise.all(Array.from({ length: limit }, guarded));
  if (failures.length > 0) throw failures[0];
}
