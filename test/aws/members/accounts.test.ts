import { beforeAll, expect, test } from "vitest";
import { readAccount, readAccounts, saveAccount } from "#aws/members/accounts";
import type { Table } from "#aws/table";
import { type AccountRecord, newAccountRecord } from "#core/org/account-record";
import { noCounts } from "#core/sweep/counts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { newTable } from "../../support/local-aws/table.ts";

const aws = localAws();
let ledger: Table;

beforeAll(async () => {
  const { dynamodb } = aws.root();
  ledger = { dynamodb, table: await newTable(dynamodb, "ledger") };
});

test("each writer keeps what it knows of an account, and what others know stays", async () => {
  expect(await readAccount(ledger, "222222222222")).toBeNull();
  await saveAccount(ledger, "333333333333", { lastEvent: "2026-11-28T02:00:00.000Z" });
  await saveAccount(ledger, "222222222222", { enrolment: "not enrolled", why: "denied", state: "ACTIVE" });
  const counts = { ...noCounts, seen: 3 };
  await saveAccount(ledger, "333333333333", { enrolment: "enrolled", why: null, notOptedIn: ["ap-east-1"], counts });
  const all: AccountRecord[] = [];
  for await (const each of readAccounts(ledger)) all.push(each);
  expect(all).toEqual([
    { ...newAccountRecord("222222222222"), enrolment: "not enrolled", why: "denied", state: "ACTIVE" },
    {
      ...newAccountRecord("333333333333"),
      enrolment: "enrolled",
      notOptedIn: ["ap-east-1"],
      counts,
      lastEvent: "2026-11-28T02:00:00.000Z",
    },
  ]);
  expect(await readAccount(ledger, "333333333333")).toEqual(all[1]);
});
