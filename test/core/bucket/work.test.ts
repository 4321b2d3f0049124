import { describe, expect, test } from "vitest";
import { joinWork } from "#core/bucket/work";
import { aTrigger, at, someWork } from "../../support/core/loop.ts";
import { ref } from "../../support/core/world.ts";

const first = someWork({ ids: ["a"], triggers: [aTrigger({ eventId: "1" })] });

describe("work on one bucket", () => {
  test("is joined, and every event counts once", () => {
    const second = someWork({ ids: ["b"], triggers: [aTrigger({ eventId: "1" }), aTrigger({ eventId: "2" })] });
    const joined = joinWork([first, second]);
    expect(joined).toEqual([
      { ...first, ids: ["a", "b"], triggers: [aTrigger({ eventId: "1" }), aTrigger({ eventId: "2" })] },
    ]);
  });

  test.each([
    ["account", { account: "444455556666" }],
    ["Region", { region: "us-east-1" }],
    ["name", { bucket: "reports" }],
  ])("is not joined with that of another %s", (_, changes) => {
    const other = someWork({ ref: { ...ref, ...changes }, ids: ["b"] });
    expect(joinWork([first, other])).toEqual([first, other]);
  });

  test("may be repeated for a reason that not all of it has waited for", () => {
    const [joined] = joinWork([someWork({ after: ["busy", "recheck"] }), someWork({ after: ["settle", "busy"] })]);
    expect(joined?.after).toEqual(["busy"]);
  });

  test("waits since its longest waiting part was first postponed", () => {
    const since = (...times: (string | null)[]) => joinWork(times.map((time) => someWork({ since: time })))[0]?.since;
    expect(since(null, at(-3), at(-9), at(-5))).toBe(at(-9));
    expect(since(at(-9), at(-3), null)).toBe(at(-9));
    expect(since(null, null)).toBeNull();
  });

  test("has as many hops as its part with the fewest", () => {
    expect(
      joinWork([someWork({ hops: 9 }), someWork({ hops: 2 }), someWork({ hops: 4 })]).map(({ hops }) => hops),
    ).toEqual([2]);
  });
});
