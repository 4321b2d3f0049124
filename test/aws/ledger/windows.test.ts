import { randomUUID } from "node:crypto";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { countCopy, uncountCopy } from "#aws/ledger/copy-count";
import { clearAlarm, listAlarms, readAlarm, writeAlarm } from "#aws/ledger/integrity-alarms";
import { copiesItem, objectItem } from "#aws/ledger/item-keys";
import { deleteIntent, intentTold, putIntent, readIntents } from "#aws/ledger/object-intents";
import { addToWindow } from "#aws/ledger/window-add";
import type { WindowName } from "#aws/ledger/window-item";
import { closeWindow, leaveWindow, openWindow, windowEndAsked, windowTold } from "#aws/ledger/windows";
import type { Table } from "#aws/table";
import { emptyWindow, type ObjectWindow } from "#core/alert/digest";
import type { Actor } from "#core/event/trigger";
import type { BucketRef } from "#core/names";
import { conformance } from "../../support/local-aws/conformance.ts";
import { ledgerTable } from "../../support/local-aws/ledger-table.ts";

const aws = conformance();
let ledger: Table;
const start = "2026-11-21T08:15:00.000Z";
const now = Date.parse(start);
const newRef = (): BucketRef => ({
  partition: "aws",
  account: "111122223333",
  region: "eu-west-1",
  bucket: randomUUID(),
});
const alice = { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/alice" } as Actor;
const bob = { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/bob" } as Actor;

beforeAll(async () => {
  ledger = { dynamodb: aws.dynamodb, table: "ledger" };
  await ledgerTable(ledger.dynamodb, ledger.table);
});

describe("a window", () => {
  const newWindow = (): WindowName => ({ ref: newRef(), kind: "WINDOW", start });
  const open = (name: WindowName, id = "first") => openWindow(ledger, name, { now, id });
  const close = (name: WindowName, id = "me", later = 0) => closeWindow(ledger, name, { id, now: now + later });
  const add = (name: WindowName, part: ObjectWindow, id: string = randomUUID()) => addToWindow(ledger, name, part, id);
  const part = (second: number, more: Partial<ObjectWindow>): ObjectWindow => {
    const at = new Date(now + second * 1000).toISOString();
    return { ...emptyWindow(at, at), ...more };
  };
  const sample = (key: string) => ({ key, versionId: null, outcome: "changed" as const, reason: "why" });

  test("is opened once, and its end is asked for until somebody did", async () => {
    const name = newWindow();
    expect(await open(name)).toBe(true);
    expect(await open(name, "second")).toBe(true);
    await windowEndAsked(ledger, name);
    expect(await open(name, "third")).toBe(false);
    expect((await close(name))?.id).toBe("first");
  });

  test("adds up what several found", async () => {
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

  test("counts a part once, however often it arrives", async () => {
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

  test("shows what a person may have to act upon, although it was found last", async () => {
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

  test("keeps twenty samples, and counts on", async () => {
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

  test("takes nothing once it is closed, or was never opened; what is in it is read again", async () => {
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

  test("is told of by one at a time: others may once it is left, or once that one must be gone", async () => {
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

  test("nothing happened in it", async () => {
    const name = newWindow();
    await open(name);
    expect((await close(name))?.window).toEqual({ ...emptyWindow(start, start) });
  });

  test("is deleted by DynamoDB after 90 days", async () => {
    const name = newWindow();
    await open(name);
    const get = new GetItemCommand({ TableName: ledger.table, Key: objectItem(name.ref, `WINDOW#${start}`) });
    expect((await ledger.dynamodb.send(get)).Item?.expires).toEqual({ N: String(now / 1000 + 90 * 86_400) });
  });
});

describe("intents", () => {
  test("are found until they are closed, and again after somebody was told of them", async () => {
    const ref = newRef();
    const until = "2026-11-21T08:20:00.000Z";
    const objects = [
      { key: "ü/ñ/😀", versionId: null },
      { key: "a", versionId: "v1" },
    ];
    await putIntent(ledger, ref, { id: "1", objects, until });
    await putIntent(ledger, ref, { id: "2", objects: [], until });
    await putIntent(ledger, ref, { id: "2", objects: objects.slice(1), until });
    expect(await readIntents(ledger, ref)).toEqual([
      { id: "1", objects, until, told: false },
      { id: "2", objects: objects.slice(1), until, told: false },
    ]);
    await intentTold(ledger, ref, "1");
    await deleteIntent(ledger, ref, "2");
    await intentTold(ledger, ref, "2");
    expect(await readIntents(ledger, ref)).toEqual([{ id: "1", objects, until, told: true }]);
    expect(await readIntents(ledger, newRef())).toEqual([]);
  });
});

describe("an integrity alarm", () => {
  test("stops one bucket; the first reason stays until a person lets writes go on", async () => {
    const ref = newRef();
    const at = "2026-11-21T08:15:00.000Z";
    expect(await readAlarm(ledger, ref)).toEqual({ known: true, value: null });
    expect(await writeAlarm(ledger, ref, { what: "other bytes", at })).toBe(true);
    expect(await writeAlarm(ledger, ref, { what: "again", at })).toBe(false);
    expect(await readAlarm(ledger, ref)).toEqual({ known: true, value: `${at}: other bytes` });
    expect(await readAlarm(ledger, newRef())).toEqual({ known: true, value: null });
    const alarm = { bucket: ref.bucket, what: "other bytes", at, cleared: null };
    const cleared = { by: "bob", at: "2026-11-21T09:00:00.000Z" };
    expect(await clearAlarm(ledger, ref, { ...alarm, at: "another time" }, cleared)).toBe(false);
    expect(await readAlarm(ledger, ref)).toMatchObject({ value: expect.any(String) });
    expect(await clearAlarm(ledger, ref, alarm, cleared)).toBe(true);
    expect(await readAlarm(ledger, ref)).toEqual({ known: true, value: null });
    expect(await clearAlarm(ledger, ref, alarm, cleared)).toBe(false);
  });

  test("may come again after it was cleared, and is listed with the others of its account and Region", async () => {
    const ref = { ...newRef(), region: "eu-north-1" };
    const other = { ...ref, bucket: randomUUID() };
    const [first, second] = ["2026-11-21T08:15:00.000Z", "2026-11-21T10:00:00.000Z"];
    const cleared = { by: "bob", at: "2026-11-21T09:00:00.000Z" };
    for (const each of [ref, other]) await writeAlarm(ledger, each, { what: "one", at: first });
    for (const { bucket } of [ref, other]) {
      await clearAlarm(ledger, ref, { bucket, what: "one", at: first, cleared: null }, cleared);
    }
    expect(await writeAlarm(ledger, ref, { what: "two", at: second })).toBe(true);
    await writeAlarm(ledger, { ...newRef(), region: "eu-south-1" }, { what: "elsewhere", at: first });
    const listed = await listAlarms(ledger, ref);
    expect(listed).toHaveLength(2);
    expect(listed).toContainEqual({ bucket: ref.bucket, what: "two", at: second, cleared: null });
    expect(listed).toContainEqual({ bucket: other.bucket, what: "one", at: first, cleared });
  });

  test("that cannot be read is not known", async () => {
    const nobody = await aws.otherUser([{ Effect: "Deny", Action: "*", Resource: "*" }]).catch(() => null);
    const { dynamodb } = nobody ?? (await aws.otherUser());
    expect(await readAlarm({ ...ledger, dynamodb }, newRef())).toMatchObject({ known: false });
  });
});

describe("copies", () => {
  const count = (ref: BucketRef, key: string, minutes: number) =>
    countCopy(ledger, { bucket: ref, key }, now + minutes * 60_000);
  const recent = async (...given: Parameters<typeof count>) => (await count(...given)).recent;

  test("are counted by key over ten minutes", async () => {
    const ref = newRef();
    expect(await recent(ref, "a", 0)).toBe(1);
    expect(await recent(ref, "a", 4)).toBe(2);
    expect(await recent(ref, "b", 4)).toBe(1);
    expect(await recent(ref, "a", 9.9)).toBe(3);
    expect(await recent(ref, "a", 10.1)).toBe(3);
    expect(await recent(ref, "a", 30)).toBe(1);
    expect(await recent(newRef(), "a", 30)).toBe(1);
  });

  test("made in the same millisecond are two", async () => {
    const ref = newRef();
    await count(ref, "a", 0);
    expect(await recent(ref, "a", 0)).toBe(2);
  });

  test("that were not made after all are taken back", async () => {
    const ref = newRef();
    const { mark } = await count(ref, "a", 0);
    await count(ref, "a", 1);
    await uncountCopy(ledger, { bucket: ref, key: "a" }, mark);
    expect(await recent(ref, "a", 2)).toBe(2);
  });

  test("of a key that is fought over for days stay one small item", async () => {
    const ref = newRef();
    const key = "k".repeat(1024);
    for (let at = 0; at < 100; at++) await count(ref, key, at * 15);
    const { Item } = await ledger.dynamodb.send(
      new GetItemCommand({ TableName: ledger.table, Key: copiesItem(ref, key) }),
    );
    expect(Item?.times?.NS?.length).toBeLessThan(25);
  });
});
