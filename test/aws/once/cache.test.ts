import { beforeEach, describe, expect, test } from "vitest";
import { Cache } from "#aws/once/cache";

let now: number;
let asked: number;
let cache: Cache<number>;

beforeEach(() => {
  now = 1_000;
  asked = 0;
  cache = new Cache<number>(500, () => now);
});

const ask = async () => ++asked;

describe("a cached result", () => {
  test("is kept for its time, and requested again after that", async () => {
    expect(await cache.get("a", ask)).toBe(1);
    now += 500;
    expect(await cache.get("a", ask)).toBe(1);
    now += 1;
    expect(await cache.get("a", ask)).toBe(2);
  });

  test("is shared by concurrent callers", async () => {
    expect(await Promise.all([cache.get("a", ask), cache.get("a", ask)])).toEqual([1, 1]);
  });

  test("is kept per argument", async () => {
    expect([await cache.get("a", ask), await cache.get("b", ask)]).toEqual([1, 2]);
  });

  test("that must be fresher is requested, and serves the others from then on", async () => {
    await cache.get("a", ask);
    now += 100;
    expect(await cache.get("a", ask, 100)).toBe(1);
    expect(await cache.get("a", ask, 99)).toBe(2);
    expect(await cache.get("a", ask)).toBe(2);
  });

  test("that failed is not kept", async () => {
    await expect(cache.get("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await cache.get("a", ask)).toBe(1);
  });

  test("can be dropped only by a caller that still holds it", async () => {
    const first = cache.get("a", ask);
    cache.forget("a", Promise.resolve(1));
    expect(await cache.get("a", ask)).toBe(1);
    cache.forget("a", first);
    expect(await cache.get("a", ask)).toBe(2);
    cache.forget("a", first);
    expect(await cache.get("a", ask)).toBe(2);
  });
});
