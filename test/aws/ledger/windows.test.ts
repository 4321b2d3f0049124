import { randomUUID } from "node:crypto";
import { type AttributeValue, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { objectItem } from "#aws/ledger/item-keys";
import { addToWindow } from "#aws/ledger/window-add";
import { type WindowName, windowKey } from "#aws/ledger/window-item";
import { closeWindow, leaveWindow, openWindow, windowEndAsked, windowTold } from "#aws/ledger/windows";
import type { Table } from "#aws/table";
import { emptyWindow, type ObjectWindow } from "#core/alert/digest";
import type { Actor } from "#core/event/trigger";
import { hostileActor } from "../../support/core/hostile.ts";
import { conformance } from "../../support/local-aws/conformance.ts";
import { ledgerTable } from "../../support/local-aws/ledger-table.ts";
import { newRef } from "./new-ref.ts";

const aws = conformance();
let ledger: Table;
const start = "2026-11-21T08:15:00.000Z";
const now = Date.parse(start);
const alice = { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/alice" } as Actor;
const bob = { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/bob" } as Actor;

beforeAll(async () => {
  ledger = { dynamodb: aws.dynamodb, table: "ledger" };
  await ledgerTable(ledger.dynamodb, ledger.table);
});

const newWindow = (): WindowName => ({ ref: newRef(), kind: "WINDOW", start });
const open = (name: WindowName, id = "first") => openWindow(ledger, name, { now, id });
const close = (name: WindowName, id = "me", later = 0) => closeWindow(ledger, name, { id, now: now + later });
const add = (name: WindowName, part: ObjectWindow, id: string = randomUUID()) => addToWindow(ledger, name, part, id);
const part = (second: number, more: Partial<ObjectWindow>): ObjectWindow => {
  const at = new Date(now + second * 1000).toISOString();
  return { ...emptyWindow(at, at), ...more };
};
const sample = (key: string) => ({ key, versionId: null, outcome: "changed" as const, reason: "why" });

test("a window is opened once, and its end is requested until the message is sent", async () => {
  const name = newWindow();
  expect(await open(name)).toBe(true);
  expect(await open(name, "second")).toBe(true);
  await windowEndAsked(ledger, name);
  expect(await open(name, "third")).toBe(false);
  expect((await close(name))?.id).toBe("first");
});

test("a window adds up the counts of several functions", async () => {
  const name = newWindow();
  await open(name);
  await add(
    name,
    part(1, {
      counts: { changed: 2 },
      reasons: { "key-differs": 2 },
      rules: ["a"],
      actors: [alice],
      samples: [sample("x")],
    }),
  );
  await add(
    name,
    part(9, {
      counts: { changed: 1, "left alone": 0, held: 4 },
      reasons: { "key-differs": 1, "object-sse-c": 4 },
      rules: ["a", "b"],
      actors: [alice, bob],
      rekeyed: 3,
      samples: [sample("y"), sample("ü/ñ/😀")],
    }),
  );
  const { window, told } = (await close(name)) ?? {};
  expect(told).toBe(false);
  expect({ ...window, rules: [...(window?.rules ?? [])].sort(), actors: window?.actors.length }).toEqual({
    from: new Date(now + 1000).toISOString(),
    to: new Date(now + 9000).toISOString(),
    counts: { changed: 3, "left alone": 0, held: 4 },
    reasons: { "key-differs": 3, "object-sse-c": 4 },
    rules: ["a", "b"],
    actors: 2,
    rekeyed: 3,
    samples: [sample("x"), sample("y"), sample("ü/ñ/😀")],
  });
});

test("a window counts each part once, however often it is delivered", async () => {
  const name = newWindow();
  await open(name);
  const twice = part(1, { counts: { changed: 1 }, samples: [sample("x")] });
  expect([await add(name, twice, "a"), await add(name, twice, "a"), await add(name, twice, "b")]).toEqual([
    true,
    true,
    true,
  ]);
  expect((await close(name))?.window.counts).toEqual({ changed: 2 });
});

test("a window shows the findings that need a person, even if they came last", async () => {
  const name = newWindow();
  await open(name);
  for (let batch = 0; batch < 3; batch++) {
    const samples = Array.from({ length: 20 }, (_, at) => sample(`${batch}-${at}`));
    await add(name, part(batch, { counts: { changed: 20 }, samples }));
  }
  const held = { ...sample("locked"), outcome: "held" as const };
  await add(name, part(3, { counts: { changed: 1, held: 1 }, actors: [alice], samples: [held, sample("late")] }));
  const { window } = (await close(name)) ?? {};
  expect(window?.counts).toEqual({ changed: 61, held: 1 });
  expect(window?.samples).toHaveLength(20);
  expect(window?.samples[0]).toEqual(held);
  expect(window?.samples.some(({ key }) => key === "late")).toBe(false);
  expect(window?.actors).toEqual([alice]);
});

test("a window keeps twenty samples, and continues to count", async () => {
  const name = newWindow();
  await open(name);
  for (let batch = 0; batch < 4; batch++) {
    const samples = Array.from({ length: 15 }, (_, at) => sample(`${batch}-${at}`.padEnd(1000, "k")));
    await add(name, part(batch, { counts: { changed: 50 }, actors: [{ ...alice, session: `${batch}` }], samples }));
  }
  const { window } = (await close(name)) ?? {};
  expect(window?.counts).toEqual({ changed: 200 });
  expect(window?.samples).toHaveLength(20);
  expect(window?.samples[15]?.key).toMatch(/^1-0k/);
  expect(window?.actors).toHaveLength(2);
});

test("a window accepts no counts before it is opened or after it is closed, and can be read again", async () => {
  const name = newWindow();
  expect(await add(name, part(0, { counts: { changed: 1 } }))).toBe(false);
  expect(await close(name)).toBeNull();
  await open(name);
  await add(name, part(0, { counts: { changed: 1 } }));
  const closed = await close(name);
  expect(await add(name, part(0, { counts: { changed: 1 }, samples: [sample("x")] }))).toBe(false);
  expect(await close(name)).toEqual(closed);
  await windowTold(ledger, name);
  expect(await close(name)).toEqual({ ...closed, told: true });
});

test("a window is reported by one message at a time, until that one releases it or its claim expires", async () => {
  const name = newWindow();
  await open(name);
  const closed = await close(name, "one");
  expect([await close(name, "two"), await close(name, "two", 5 * 60_000)]).toEqual([null, null]);
  expect(await close(name, "one", 1_000)).toEqual(closed);
  await leaveWindow(ledger, name);
  expect(await close(name, "two", 2_000)).toEqual(closed);
  expect(await close(name, "one", 7 * 60_000)).toEqual(closed);
  await leaveWindow(ledger, newWindow());
});

test("a window in which nothing happened is empty", async () => {
  const name = newWindow();
  await open(name);
  expect((await close(name))?.window).toEqual({ ...emptyWindow(start, start) });
});

test("a window is deleted by DynamoDB after 90 days", async () => {
  const name = newWindow();
  await open(name);
  const get = new GetItemCommand({ TableName: ledger.table, Key: objectItem(name.ref, `WINDOW#${start}`) });
  expect((await ledger.dynamodb.send(get)).Item?.expires).toEqual({ N: String(now / 1000 + 90 * 86_400) });
});

describe("the item of a window", () => {
  const itemOf = async (name: WindowName) => {
    const { Item: item = {} } = await ledger.dynamodb.send(
      new GetItemCommand({ TableName: ledger.table, Key: windowKey(name), ConsistentRead: true }),
    );
    return item;
  };

  test("does not grow with the parts, and still counts each of them once", async () => {
    const name = newWindow();
    await open(name);
    const samples = Array.from({ length: 20 }, (_, at) => sample(`logs/2026/11/27/part-${at}.parquet`));
    const sizes: number[] = [];
    const one = (batch: number) =>
      part(0, { counts: { changed: 1 }, actors: [{ ...alice, session: `${batch}` }], samples });
    // As long as the id of an invocation.
    const id = (batch: number) => `${batch}`.padStart(36, "0");
    for (let from = 0; from < 210; from += 30) {
      const parts = Array.from({ length: 30 }, (_, at) => add(name, one(from + at), id(from + at)));
      expect(new Set(await Promise.all(parts))).toEqual(new Set([true]));
      // A lost answer is repeated, after some other parts perhaps.
      await add(name, one(from), id(Math.max(0, from - 60)));
      sizes.push(sizeOf({ M: await itemOf(name) }));
    }
    expect((await close(name))?.window.counts).toEqual({ changed: 210 });
    // A partition takes 1,000 write units a second: 100 parts a second leave room for other items.
    for (const size of sizes) expect(Math.ceil(size / 1024) * 100).toBeLessThanOrEqual(600);
  });

  test("fits in, however long and odd what others wrote is", async () => {
    const name = newWindow();
    await open(name);
    // As many samples and actors as there is room for, and one more.
    const parts = [
      { count: 19, outcome: "changed" as const },
      { count: 10, outcome: "held" as const },
      { count: 20, outcome: "held" as const },
    ];
    for (const [batch, { count, outcome }] of parts.entries()) {
      const samples = Array.from({ length: count }, (_, at) => ({
        key: `${batch}-${at}`.padEnd(1024, "\u0001"),
        versionId: "v".repeat(1024),
        outcome,
        reason: "発".repeat(5_000),
      }));
      const actors = Array.from({ length: 4 }, (_, at) => hostileActor("\u0001", batch * 4 + at));
      await add(name, part(0, { counts: { held: 1 }, actors, samples }));
    }
    expect(sizeOf({ M: await itemOf(name) })).toBeLessThan(400 * 1024);
    const { window } = (await close(name)) ?? {};
    expect(window).toMatchObject({ counts: { held: 3 } });
    expect(window?.samples).toHaveLength(20);
    expect(window?.actors).toHaveLength(8);
  });
});

/** The bytes of a value by DynamoDB's rules, more or less. */
function sizeOf(value: AttributeValue): number {
  const bytes = (text: string) => Buffer.byteLength(text);
  if (value.M !== undefined)
    return Object.entries(value.M).reduce((sum, [name, each]) => sum + bytes(name) + 1 + sizeOf(each), 3);
  if (value.L !== undefined) return value.L.reduce((sum, each) => sum + 1 + sizeOf(each), 3);
  return (value.SS ?? [value.S ?? value.N ?? ""]).reduce((sum, each) => sum + bytes(each), 0);
}
