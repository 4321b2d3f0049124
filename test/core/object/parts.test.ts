import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PART_LIMITS, partBytes, partRanges } from "#core/object/parts";

const { smallest, largest, most } = PART_LIMITS;
const MEBI = 1024 ** 2;
const LARGEST_OBJECT = most * largest;

describe("the parts of a copy", () => {
  test("cover every byte once, within S3's limits", () => {
    const sizes = fc.bigInt({ min: 1n, max: BigInt(LARGEST_OBJECT) }).map(Number);
    fc.assert(
      fc.property(sizes, (size) => {
        const bytes = partBytes(size, null);
        const ranges = partRanges(size, bytes);
        const wrong = ranges.filter(({ number, first, last }, at) => {
          const length = last - first + 1;
          const isNext = number === at + 1 && first === (ranges[at - 1]?.last ?? -1) + 1;
          return !isNext || length > largest || (length < smallest && number < ranges.length);
        });
        expect([wrong, ranges.length <= most, ranges.at(-1)?.last]).toEqual([[], true, size - 1]);
      }),
      { numRuns: 40 },
    );
  });

  test("are of 256 MiB, and larger only where there would be too many", () => {
    expect(partBytes(6 * 1024 ** 3, null)).toBe(256 * MEBI);
    expect(partBytes(most * 256 * MEBI, null)).toBe(256 * MEBI);
    expect(partBytes(most * 256 * MEBI + 1, null)).toBe(257 * MEBI);
    expect(partBytes(LARGEST_OBJECT, null)).toBe(largest);
  });

  test.each<[string, number, { bytes: number; parts: number }, number]>([
    ["of one size: the same", 20 * MEBI, { bytes: 8 * MEBI, parts: 3 }, 8 * MEBI],
    ["of one size without a rest: the same", 24 * MEBI, { bytes: 8 * MEBI, parts: 3 }, 8 * MEBI],
    ["of several sizes, too many: our own", 16 * MEBI, { bytes: 8 * MEBI, parts: 3 }, 256 * MEBI],
    ["of several sizes, too few: our own", 25 * MEBI, { bytes: 8 * MEBI, parts: 3 }, 256 * MEBI],
    ["smaller than S3 takes: our own", 9 * MEBI, { bytes: 3 * MEBI, parts: 3 }, 256 * MEBI],
    ["as small as S3 takes: the same", 10 * MEBI, { bytes: smallest, parts: 2 }, smallest],
    ["as large as S3 takes: the same", 2 * largest, { bytes: largest, parts: 2 }, largest],
    ["larger than S3 takes: our own", largest + 1, { bytes: largest + 1, parts: 1 }, 256 * MEBI],
  ])("like the source's own parts, where those are %s", (_, size, like, expected) => {
    expect(partBytes(size, like)).toBe(expected);
  });
});
