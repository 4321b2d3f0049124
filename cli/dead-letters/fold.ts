import type { Letter } from "./letter.ts";

/** Dead letters of one queue with the same kind, cause and bucket. */
export interface Folded {
  /** The oldest of them. */
  readonly first: Letter;
  readonly count: number;
}

/** Letters that say the same, in one row: a broken bucket leaves hundreds. */
export function fold(letters: readonly Letter[]): readonly Folded[] {
  const rows = Map.groupBy(letters, ({ queue, kind, cause, bucket }) => JSON.stringify([queue, kind, cause, bucket]));
  return [...rows.values()].flatMap((same) => {
    const [first] = same.toSorted((a, b) => a.sentAt.localeCompare(b.sentAt));
    return first === undefined ? [] : [{ first, count: same.length }];
  });
}
