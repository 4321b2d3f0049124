import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { finishInTime, NotStarted, startInTime } from "#aws/deadline";
import { RetryableError } from "#aws/error";

describe("work before a deadline", () => {
  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  test("returns its result", async () => {
    await expect(finishInTime(1_000, Date.now, Promise.resolve("done"))).resolves.toBe("done");
    await expect(finishInTime(1_000, Date.now, Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that is late fails as transient", async () => {
    const late = finishInTime(1_000, Date.now, new Promise(() => undefined));
    const told = expect(late).rejects.toThrow(RetryableError);
    await vi.advanceTimersByTimeAsync(1_000);
    await told;
  });

  test("whose deadline is over fails as transient at once", async () => {
    const late = finishInTime(-1, Date.now, new Promise(() => undefined));
    const told = expect(late).rejects.toThrow(RetryableError);
    await vi.advanceTimersByTimeAsync(0);
    await told;
  });
});

/** A call that counts, and one that waits for its turn first. */
function counted() {
  let calls = 0;
  const call = async () => ++calls;
  return { calls: () => calls, call };
}
const inAMoment = () => ({ by: Date.now() + 20, now: Date.now });

test("that began in time may continue after it, and be retried", async () => {
  const { call } = counted();
  const twice = async (ask: () => Promise<number>) => {
    await ask();
    await sleep(60);
    return ask();
  };
  expect(await startInTime(inAMoment(), call, twice)).toBe(2);
});

test("that still waits for its turn fails at the deadline, and is not started later", async () => {
  const { calls, call } = counted();
  let turn: Promise<number> | undefined;
  let open = () => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  const waiting = (ask: () => Promise<number>) => {
    turn = closed.then(ask);
    return turn;
  };
  const clock = Date.now();
  // A clock that does not move: the timer fires early by it.
  await expect(startInTime({ by: clock + 20, now: () => clock }, call, waiting)).rejects.toThrow(NotStarted);
  open();
  await expect(turn).rejects.toThrow(NotStarted);
  expect(calls()).toBe(0);
});

test("that is too late from the start is not started, and an error is passed on", async () => {
  const { calls, call } = counted();
  await expect(startInTime({ by: 0, now: Date.now }, call, (ask) => ask())).rejects.toThrow(NotStarted);
  expect(calls()).toBe(0);
  const fails = () => Promise.reject(new TypeError("wrong"));
  await expect(startInTime(inAMoment(), fails, (ask) => ask())).rejects.toThrow("wrong");
});
