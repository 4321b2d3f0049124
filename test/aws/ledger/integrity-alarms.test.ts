import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { clearAlarm, listAlarms, readAlarm, writeAlarm } from "#aws/ledger/integrity-alarms";
import type { Table } from "#aws/table";
import { conformance } from "../../support/local-aws/conformance.ts";
import { ledgerTable } from "../../support/local-aws/ledger-table.ts";
import { newRef } from "./new-ref.ts";

const aws = conformance();
let ledger: Table;

beforeAll(async () => {
  ledger = { dynamodb: aws.dynamodb, table: "ledger" };
  await ledgerTable(ledger.dynamodb, ledger.table);
});

test("an integrity alarm stops one bucket, with its first reason, until a person clears it", async () => {
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

test("an integrity alarm may be raised again after it was cleared, and is listed with the others of its account and Region", async () => {
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

test("an integrity alarm that cannot be read is unknown", async () => {
  const { dynamodb } = await aws.otherUser();
  expect(await readAlarm({ ...ledger, dynamodb }, newRef())).toMatchObject({ known: false });
});
