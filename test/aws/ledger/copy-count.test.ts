import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { countCopy, uncountCopy } from "#aws/ledger/copy-count";
import { copiesItem } from "#aws/ledger/item-keys";
import type { Table } from "#aws/table";
import type { BucketRef } from "#core/names";
import { conformance } from "../../support/local-aws/conformance.ts";
import { ledgerTable } from "../../support/local-aws/ledger-table.ts";
import { newRef } from "./new-ref.ts";

const aws = conformance();
let ledger: Table;
const now = Date.parse("2026-11-21T08:15:00.000Z");

beforeAll(async () => {
  ledger = { dynamodb: aws.dynamodb, table: "ledger" };
  await ledgerTable(ledger.dynamodb, ledger.table);
});

const count = (ref: BucketRef, key: string, minutes: number) =>
  countCopy(ledger, { bucket: ref, key }, now + minutes * 60_000);
const recent = async (...given: Parameters<typeof count>) => (await count(...given)).recent;

test("copies are counted per object over ten minutes", async () => {
  const ref = newRef();
  expect(await recent(ref, "a", 0)).toBe(1);
  expect(await recent(ref, "a", 4)).toBe(2);
  expect(await recent(ref, "b", 4)).toBe(1);
  expect(await recent(ref, "a", 9.9)).toBe(3);
  expect(await recent(ref, "a", 10.1)).toBe(3);
  expect(await recent(ref, "a", 30)).toBe(1);
  expect(await recent(newRef(), "a", 30)).toBe(1);
});

test("copies made in the same millisecond are counted separately", async () => {
  const ref = newRef();
  await count(ref, "a", 0);
  expect(await recent(ref, "a", 0)).toBe(2);
});

test("copies that were not made after all are uncounted", async () => {
  const ref = newRef();
  const { mark } = await count(ref, "a", 0);
  await count(ref, "a", 1);
  await uncountCopy(ledger, { bucket: ref, key: "a" }, mark);
  expect(await recent(ref, "a", 2)).toBe(2);
});

test("copies of an object that is contested for days stay one small item", async () => {
  const ref = newRef();
  const key = "k".repeat(1024);
  for (let at = 0; at < 100; at++) await count(ref, key, at * 15);
  const { Item } = await ledger.dynamodb.send(
    new GetItemCommand({ TableName: ledger.table, Key: copiesItem(ref, key) }),
  );
  expect(Item?.times?.NS?.length).toBeLessThan(25);
});
