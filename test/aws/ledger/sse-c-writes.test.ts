import { beforeAll, expect, test } from "vitest";
import { readSseCWrite, saveSseCWrite } from "#aws/ledger/sse-c-writes";
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

test("when somebody wrote to a bucket with SSE-C is known for eight days, or until the bucket is gone", async () => {
  const at = Date.parse("2026-11-21T08:15:20.000Z");
  const days = (count: number) => at + count * 86_400_000;
  expect(await readSseCWrite(ledger, ref, at)).toEqual({ known: true, value: null });
  await saveSseCWrite(ledger, ref, at);
  expect(await readSseCWrite(ledger, ref, days(7))).toEqual({ known: true, value: "2026-11-21T08:15:20.000Z" });
  expect(await readSseCWrite(ledger, ref, days(9))).toEqual({ known: true, value: null });
  expect(await readSseCWrite(ledger, { ...ref, bucket: "other" }, at)).toEqual({ known: true, value: null });
  await saveSseCWrite(ledger, ref, null);
  expect(await readSseCWrite(ledger, ref, at)).toEqual({ known: true, value: null });
});
