/** The bytes that one part of a multipart copy takes from its source; `last` is inclusive. */
export interface PartRange {
  /** From 1. */
  readonly number: number;
  readonly first: number;
  readonly last: number;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const PART_LIMITS = { smallest: 5 * 1024 ** 2, largest: 5 * 1024 ** 3, most: 10_000 } as const;

/**
 * The bytes of each part but the last: enough for many at a time, and few calls. A checksum over
 * checksums of parts stays what it is only where the parts are the source's own, so those are taken
 * if all but the last are of one size.
 *
 * @param like - the source's first part and the number of its parts; `null`: they do not matter
 */
export function partBytes(size: number, like: { readonly bytes: number; readonly parts: number } | null): number {
  const { smallest, largest, most } = PART_LIMITS;
  const least = Math.ceil(size / most / MEBI) * MEBI;
  const chosen = Math.max(USUAL, least);
  if (like === null) return chosen;
  const { bytes, parts } = like;
  const isUniform = bytes * (parts - 1) < size && size <= bytes * parts;
  return isUniform && bytes >= smallest && bytes <= largest ? bytes : chosen;
}

/** The parts of an object of at least one byte, in order. */
export function partRanges(size: number, bytes: number): readonly PartRange[] {
  return Array.from({ length: Math.ceil(size / bytes) }, (_, at) => ({
    number: at + 1,
    first: at * bytes,
    last: Math.min(size, (at + 1) * bytes) - 1,
  }));
}

// --- internal ---

const MEBI = 1024 ** 2;
const USUAL = 256 * MEBI;
