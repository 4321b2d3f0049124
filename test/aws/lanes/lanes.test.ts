import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { Lane } from "#aws/lanes/lane";
import { Lanes } from "#aws/lanes/lanes";
import { throttledBy } from "#aws/lanes/throttled";

const failing = (name: string, status = 503) =>
  new RetryableError("retry", {
    cause: Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } }),
  });
const lanes = (width = 8) => new Lanes({ width, most: 24, now: Date.now, sleep: () => Promise.resolve() });
const call = { bucket: "b", repeatable: true, deadline: Number.POSITIVE_INFINITY };

/** Runs this many calls at once and returns the highest number under way at the same time. */
async function widest(on: Lanes, calls: { bucket: string; key?: string }[]): Promise<number> {
  let [busy, most] = [0, 0];
  const one = async () => {
    most = Math.max(most, ++busy);
    await sleep(1);
    busy--;
  };
  await Promise.all(calls.map((each) => on.run({ ...call, ...each }, one)));
  return most;
}
const many = (count: number, each: { bucket: string; key?: string }) => Array.from({ length: count }, () => each);

describe("a lane", () => {
  test("takes a fixed number of calls to one bucket, and as many to another", async () => {
    expect(await widest(lanes(3), many(3, { bucket: "a" }))).toBe(3);
    const on = lanes(3);
    expect(await widest(on, [...many(3, { bucket: "a" }), ...many(3, { bucket: "b" })])).toBe(6);
  });

  test("takes no more calls with one key, whatever the buckets", async () => {
    const calls = ["a", "b", "c", "d"].map((bucket) => ({ bucket, key: "k" }));
    expect(await widest(lanes(2), calls)).toBeLessThan(4);
  });

  test("grows by one a round, up to its maximum", async () => {
    const lane = new Lane(2, 4, sleep);
    lane.speedUp();
    expect(lane.width).toBe(2);
    lane.speedUp();
    lane.speedUp();
    expect(lane.width).toBe(3);
    for (let at = 0; at < 100; at++) lane.speedUp();
    expect(lane.width).toBe(4);
  });

  test("is halved by a throttled call, once for all that were throttled together, and never to nothing", async () => {
    const lane = new Lane(8, 24, () => Promise.resolve());
    const turns = await Promise.all([lane.enter(), lane.enter(), lane.enter()]);
    for (const turn of turns) lane.slowDown(turn);
    expect(lane.width).toBe(4);
    for (const _ of turns) lane.leave();
    for (let at = 0; at < 10; at++) {
      lane.slowDown(await lane.enter());
      lane.leave();
    }
    expect(lane.width).toBe(1);
  });

  test("pauses before the next call, longer each time in a row", async () => {
    const pauses: number[] = [];
    const lane = new Lane(8, 24, async (milliseconds) => void pauses.push(milliseconds));
    for (let at = 0; at < 12; at++) {
      lane.slowDown(await lane.enter());
      lane.leave();
    }
    await lane.enter();
    expect(pauses[0]).toBeLessThanOrEqual(75);
    expect(pauses[3]).toBeGreaterThanOrEqual(200);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(7_500);
  });

  test("lets started work go before new work", async () => {
    const on = new Lanes({ width: 1, most: 1, now: Date.now, sleep });
    const order: string[] = [];
    const calls = [
      { name: "a", isFirst: true },
      { name: "b", isFirst: true },
      { name: "c", isFirst: true },
      { name: "written" },
      { name: "verified" },
    ];
    await Promise.all(calls.map(({ name, ...more }) => on.run({ ...call, ...more }, async () => order.push(name))));
    expect(order).toEqual(["a", "written", "verified", "b", "c"]);
  });

  test("lets started work go before new work after a pause too", async () => {
    const lane = new Lane(2, 2, () => sleep(20));
    const order: string[] = [];
    const one = async (name: string, isBeginning: boolean) => {
      await lane.enter(isBeginning);
      order.push(name);
      lane.leave();
    };
    const [turn] = await Promise.all([lane.enter(), lane.enter()]);
    lane.slowDown(turn);
    const waiting = [one("a", true), one("b", true), one("written", false), one("verified", false)];
    lane.leave();
    lane.leave();
    await Promise.all(waiting);
    expect(order).toEqual(["written", "verified", "a", "b"]);
  });

  test("lets every one of a hundred calls through although they are throttled at random", async () => {
    const on = lanes(4);
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const done = await Promise.allSettled(
      many(100, { bucket: "a", key: "k" }).map((each) =>
        on.run({ ...call, ...each }, async () => {
          await sleep(0);
          if (random() < 0.2) throw failing("SlowDown");
          if (random() < 0.2) throw failing("KMS.ThrottlingException", 400);
          return true;
        }),
      ),
    );
    expect(done).toHaveLength(100);
    expect(done.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(90);
  });
});

describe("a throttle is attributed to the service:", () => {
  test.each([
    [failing("SlowDown"), "s3"],
    [failing("503"), "s3"],
    [failing("KMS.ThrottlingException", 400), "kms"],
    [failing("ThrottlingException", 400), "kms"],
    [failing("KMSThrottlingException", 400), "kms"],
    [failing("InternalError", 500), null],
    [failing("TimeoutError", 0), null],
    [new Error("AccessDenied"), null],
  ])("%s to %s", (error, by) => {
    expect(throttledBy(error)).toBe(by);
  });
});

describe("a retry", () => {
  const failsTimes = (times: number, error: Error) => {
    let calls = 0;
    return { calls: () => calls, ask: async () => (calls++ < times ? Promise.reject(error) : "done") };
  };

  test("of a throttled call, which was not executed, happens up to six tries", async () => {
    const [five, six] = [failsTimes(5, failing("SlowDown")), failsTimes(6, failing("SlowDown"))];
    expect(await lanes().run({ ...call, repeatable: false }, five.ask)).toBe("done");
    await expect(lanes().run(call, six.ask)).rejects.toThrow("retry");
  });

  test("of a call that may have been executed happens up to three tries, and of a copy never", async () => {
    const [three, once] = [failsTimes(2, failing("InternalError", 500)), failsTimes(2, failing("InternalError", 500))];
    expect(await lanes().run(call, three.ask)).toBe("done");
    await expect(lanes().run({ ...call, repeatable: false }, once.ask)).rejects.toThrow("retry");
    expect(once.calls()).toBe(1);
  });

  test("does not happen after the deadline, nor for a permanent error", async () => {
    const [late, wrong] = [failsTimes(1, failing("SlowDown")), failsTimes(1, new TypeError("wrong"))];
    await expect(lanes().run({ ...call, deadline: 0 }, late.ask)).rejects.toThrow("retry");
    await expect(lanes().run(call, wrong.ask)).rejects.toThrow("wrong");
    expect([late.calls(), wrong.calls()]).toEqual([1, 1]);
  });

  test("does not keep its slot, whatever happens", async () => {
    const on = lanes(1);
    for (let at = 0; at < 5; at++) await on.run(call, () => Promise.reject(new Error("no"))).catch(() => undefined);
    expect(await on.run(call, async () => "free")).toBe("free");
  });
});
