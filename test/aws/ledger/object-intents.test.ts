import { beforeAll, expect, test } from "vitest";
import { deleteIntent, intentTold, putIntent, readIntents } from "#aws/ledger/object-intents";
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

test("intents are found until they are closed, even after they were reported", async () => {
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
