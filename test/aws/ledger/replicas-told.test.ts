import { beforeAll, expect, test } from "vitest";
import { tellsOfReplicas } from "#aws/ledger/replicas-told";
import type { Table } from "#aws/table";
import { ref } from "../../support/core/world.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { newTable } from "../../support/local-aws/table.ts";

const aws = localAws();
let ledger: Table;

beforeAll(async () => {
  const { dynamodb } = aws.root();
  ledger = { dynamodb, table: await newTable(dynamodb, "ledger") };
});

test("replicas of a bucket are told by one window, again where something else is told or a month passed without any", async () => {
  const days = (count: number) => Date.parse("2026-11-28T12:00:00.000Z") + count * 86_400_000;
  const tells = (window: string, day: number, what = "a", of = ref) =>
    tellsOfReplicas(ledger, of, { what, window, now: days(day) });
  expect([await tells("1", 0), await tells("1", 0)]).toEqual([true, true]);
  expect([await tells("2", 0), await tells("3", 20), await tells("4", 45)]).toEqual([false, false, false]);
  expect(await tells("4", 45, "a", { ...ref, bucket: "other" })).toBe(true);
  expect([await tells("5", 45, "b"), await tells("6", 46, "b")]).toEqual([true, false]);
  expect(await tells("7", 80, "b")).toBe(true);
});
