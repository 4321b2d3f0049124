import { beforeAll, expect, test } from "vitest";
import { firstTime, isMarked } from "#aws/ledger/marks";
import type { Table } from "#aws/table";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { newTable } from "../../support/local-aws/table.ts";

const aws = localAws();
let ledger: Table;

beforeAll(async () => {
  const { dynamodb } = aws.root();
  ledger = { dynamodb, table: await newTable(dynamodb, "ledger") };
});

test("a mark is set once", async () => {
  expect(await isMarked(ledger, "REFUSED#1")).toBe(false);
  expect(await firstTime(ledger, "REFUSED#1", 0)).toBe(true);
  expect(await firstTime(ledger, "REFUSED#1", 1)).toBe(false);
  expect(await isMarked(ledger, "REFUSED#1")).toBe(true);
  expect(await isMarked(ledger, "REFUSED#2")).toBe(false);
});

test("a mark may have a name of any length", async () => {
  expect(await firstTime(ledger, "x".repeat(5_000), 0)).toBe(true);
  expect(await isMarked(ledger, "x".repeat(5_000))).toBe(true);
  expect(await firstTime(ledger, "発".repeat(5_000), 0)).toBe(true);
});

test("marks that differ only at their end are two", async () => {
  const name = (end: string) => `${"y".repeat(5_000)}${end}`;
  expect(await firstTime(ledger, name("1"), 0)).toBe(true);
  expect(await isMarked(ledger, name("2"))).toBe(false);
});

test("a mark that cannot be set is an error", async () => {
  await expect(firstTime({ ...ledger, table: "nowhere" }, "x", 0)).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
