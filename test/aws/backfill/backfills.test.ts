import { beforeAll, expect, test } from "vitest";
import { beginBackfill, lastBackfill, moveBackfill, readBackfill } from "#aws/backfill/backfills";
import { putPage } from "#aws/backfill/list-page";
import { finishObjectBatch, noteBegun, pendingBatches, readObjectBatch } from "#aws/backfill/object-batches";
import type { Table } from "#aws/table";
import { newBackfill } from "#core/backfill/backfill";
import { batchesOfPage } from "#core/backfill/batch";
import { noBackfillCounts } from "#core/backfill/counts";
import { conformance } from "../../support/local-aws/conformance.ts";
import { ledgerTable } from "../../support/local-aws/ledger-table.ts";
import { newRef } from "../ledger/new-ref.ts";

const aws = conformance();
const now = Date.parse("2026-11-28T08:00:00.000Z");
const selection = { prefix: "2025/", versions: "all", since: null, until: "2026-11-28T08:00:00.000Z" } as const;
let ledger: Table;

beforeAll(async () => {
  ledger = { dynamodb: aws.dynamodb, table: "ledger" };
  await ledgerTable(ledger.dynamodb, ledger.table);
});

function fresh(id: string, ref = newRef()) {
  return newBackfill({ id, ref, by: "dana", message: `m-${id}`, selection }, now);
}

async function pendingOf(backfill: ReturnType<typeof fresh>, page?: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of pendingBatches(ledger, backfill, page)) ids.push(id);
  return ids;
}

test("of two starts at once one begins; the next one begins after what was read", async () => {
  const one = fresh("b1");
  const other = fresh("b2", one.ref);
  expect(await lastBackfill(ledger, one.ref)).toBeNull();
  expect(await beginBackfill(ledger, one, null)).toBe(true);
  expect(await beginBackfill(ledger, other, null)).toBe(false);
  expect(await lastBackfill(ledger, one.ref)).toEqual(one);
  expect(await beginBackfill(ledger, other, one)).toBe(true);
  expect(await lastBackfill(ledger, one.ref)).toEqual(other);
  expect(await readBackfill(ledger, one.ref, "b1")).toEqual(one);
  expect(await readBackfill(ledger, one.ref, "b3")).toBeNull();
});

test("a page is written once, from the point that was read and only while names are listed", async () => {
  const begun = fresh("b1");
  await beginBackfill(ledger, begun, null);
  const names = Array.from({ length: 60 }, (_, at) => [`ü/${at}`, `v${at}`] as const);
  const first = { batches: batchesOfPage(0, names), next: { key: "ü/59", versionId: "v59" }, now: now + 1000 };
  expect(await putPage(ledger, begun, first)).toBe(true);
  expect(await putPage(ledger, begun, first)).toBe(false);
  const listed = await readBackfill(ledger, begun.ref, "b1");
  expect(listed).toEqual({
    ...begun,
    ...{ point: first.next, pages: 1, listed: 60, batches: 2, touched: "2026-11-28T08:00:01.000Z" },
  });
  expect(await pendingOf(begun)).toEqual(["0000000-00", "0000000-01"]);
  expect(await pendingOf(begun, "0000001")).toEqual([]);

  if (listed === null) return;
  expect(await moveBackfill(ledger, begun, { from: ["listing"], to: "paused", now })).toMatchObject({
    state: "paused",
  });
  expect(await putPage(ledger, listed, { batches: [], next: null, now })).toBe(false);
  expect(await moveBackfill(ledger, begun, { from: ["listing"], to: "paused", now })).toBeNull();
  await moveBackfill(ledger, begun, { from: ["paused"], to: "listing", now });
  expect(await putPage(ledger, listed, { batches: [], next: null, now })).toBe(true);
  expect(await readBackfill(ledger, begun.ref, "b1")).toMatchObject({ state: "running", isListed: true, pages: 2 });
  const failed = { from: ["running"], to: "failed", now, why: "NoSuchBucket" } as const;
  expect(await moveBackfill(ledger, begun, failed)).toMatchObject({ state: "failed", why: "NoSuchBucket" });
  const resumed = { from: ["failed"], to: "running", now } as const;
  expect(await moveBackfill(ledger, begun, resumed)).toMatchObject({ state: "running", why: null });
});

test("a batch counts once, and what was begun of it is remembered until then", async () => {
  const begun = fresh("b1");
  await beginBackfill(ledger, begun, null);
  await putPage(ledger, begun, { batches: batchesOfPage(0, [["a", "v"]]), next: null, now });
  expect(await noteBegun(ledger, begun, "0000000-00", new Map([[0, "update"]]))).toBe(true);
  const more = new Map<number, "update" | "copy">([
    [0, "update"],
    [2, "copy"],
  ]);
  expect(await noteBegun(ledger, begun, "0000000-00", more)).toBe(true);
  expect(await readObjectBatch(ledger, begun, "0000000-00")).toEqual({
    id: "0000000-00",
    objects: [["a", "v"]],
    begun: more,
  });
  const counts = {
    looked: 1,
    outcomes: { "left alone": 0, held: 1 },
    how: {},
    reasons: { "object-locked": 1 },
    movedBytes: 0,
  };
  const sample = { key: "a", versionId: "v", outcome: "held", reason: "locked" } as const;
  const found = { counts, samples: [sample], now: now + 5000 };
  expect(await finishObjectBatch(ledger, begun, "0000000-00", found)).toBe(true);
  expect(await finishObjectBatch(ledger, begun, "0000000-00", found)).toBe(false);
  expect(await noteBegun(ledger, begun, "0000000-00", new Map([[1, "copy"]]))).toBe(false);
  expect(await readObjectBatch(ledger, begun, "0000000-00")).toBeNull();
  expect(await readBackfill(ledger, begun.ref, "b1")).toMatchObject({
    ...{ batches: 1, done: 1, samples: [sample], touched: "2026-11-28T08:00:05.000Z" },
    counts: { ...noBackfillCounts, looked: 1, outcomes: { held: 1 }, reasons: { "object-locked": 1 } },
  });
});
