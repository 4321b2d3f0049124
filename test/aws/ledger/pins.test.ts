import { beforeAll, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { readPin, writePin } from "#aws/ledger/pins";
import type { Table } from "#aws/table";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { newTable } from "../../support/local-aws/table.ts";

const aws = localAws();
let ledger: Table;

beforeAll(async () => {
  const { dynamodb } = aws.root();
  ledger = { dynamodb, table: await newTable(dynamodb, "ledger") };
});

const scope = { account: "111122223333", region: "us-east-1" };
const pin = {
  keyArn: "arn:aws:kms:us-east-1:111122223333:key/1",
  by: "arn:aws:iam::111122223333:user/a",
  at: "2026",
};
const other = { ...pin, keyArn: "arn:aws:kms:us-east-1:111122223333:key/2" };

test("the pin of a key alias is recorded once, by the first writer", async () => {
  expect(await readPin(ledger, scope, "alias/a")).toEqual({ known: true, value: null });
  expect(await writePin(ledger, scope, "alias/a", pin, null)).toBe(true);
  expect(await writePin(ledger, scope, "alias/a", other, null)).toBe(false);
  expect(await readPin(ledger, scope, "alias/a")).toEqual({ known: true, value: pin });
});

test("the pin of a key alias is replaced only by a caller who names its former value", async () => {
  await writePin(ledger, scope, "alias/b", pin, null);
  expect(await writePin(ledger, scope, "alias/b", other, "arn:aws:kms:us-east-1:111122223333:key/9")).toBe(false);
  expect(await writePin(ledger, scope, "alias/b", other, pin.keyArn)).toBe(true);
  expect(await readPin(ledger, scope, "alias/b")).toEqual({ known: true, value: other });
});

test("every account and Region has its own pin", async () => {
  await writePin(ledger, scope, "alias/c", pin, null);
  for (const elsewhere of [
    { ...scope, account: "444455556666" },
    { ...scope, region: "eu-west-1" },
  ]) {
    expect(await readPin(ledger, elsewhere, "alias/c")).toEqual({ known: true, value: null });
  }
});

test("a pin that may not be read is unknown, never absent", async () => {
  const stranger = await aws.user([]);
  expect(await readPin({ ...ledger, dynamodb: stranger.dynamodb }, scope, "alias/a")).toMatchObject({
    known: false,
    error: { name: "AccessDeniedException" },
  });
  await expect(writePin({ ...ledger, dynamodb: stranger.dynamodb }, scope, "alias/a", pin, null)).rejects.toMatchObject(
    {
      name: "AccessDeniedException",
    },
  );
});

test("a pin that cannot be read at the moment is retried later", async () => {
  await withFaults(aws.endpoint, [{ kind: "error500", service: "dynamodb" }], async () => {
    await expect(readPin(ledger, scope, "alias/a")).rejects.toThrow(RetryableError);
    await expect(writePin(ledger, scope, "alias/a", pin, null)).rejects.toThrow(RetryableError);
  });
});
