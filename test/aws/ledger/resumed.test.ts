import { beforeAll, expect, test } from "vitest";
import { readResumed, writeResumed } from "#aws/ledger/resumed";
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

test("when a person closed a bucket's breaker is known, and of that bucket only", async () => {
  expect(await readResumed(ledger, ref)).toBeNull();
  await writeResumed(ledger, ref, { by: "dana", at: "2026-11-21T08:15:20.000Z" });
  await writeResumed(ledger, ref, { by: "dana", at: "2026-11-21T09:15:20.000Z" });
  expect(await readResumed(ledger, ref)).toBe("2026-11-21T09:15:20.000Z");
  expect(await readResumed(ledger, { ...ref, bucket: "other" })).toBeNull();
});
