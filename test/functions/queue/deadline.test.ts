import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { begunBy, NotBegun } from "../../../functions/queue/deadline.ts";

/** A call that counts, and one that waits for its turn first. */
function counted() {
  let calls = 0;
  const call = async () => ++calls;
  return { calls: () => calls, call };
}
const inAMoment = () => ({ by: Date.now() + 20, now: Date.now });

test("what began in time may go on after it, and be tried again", async () => {
  const { call } = counted();
  const twice = async (ask: () => Promise<number>) => {
    await ask();
    await sleep(60);
    return ask();
  };
  expect(await begunBy(inAMoment(), call, twice)).toBe(2);
});

test("what waits for its turn is given up when the time comes, and not made when its turn does", async () => {
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
  // A clock that stands still: the timer is early by it.
  await expect(begunBy({ by: clock + 20, now: () => clock }, call, waiting)).rejects.toThrow(NotBegun);
  open();
  await expect(turn).rejects.toThrow(NotBegun);
  expect(calls()).toBe(0);
});

test("what is too late from the beginning is not made, and what fails fails", async () => {
  const { calls, call } = counted();
  await expect(begunBy({ by: 0, now: Date.now }, call, (ask) => ask())).rejects.toThrow(NotBegun);
  expect(calls()).toBe(0);
  const fails = () => Promise.reject(new TypeError("wrong"));
  await expect(begunBy(inAMoment(), fails, (ask) => ask())).rejects.toThrow("wrong");
});
