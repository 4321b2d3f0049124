import { gzipSync } from "node:zlib";
import { DeleteItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { flipPointer, putVersion, readPointer } from "#aws/policy/table";
import type { Table } from "#aws/table";
import type { PolicyInForce } from "#core/match/in-force";
import { policySource } from "../../../functions/policy/in-force.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { newTable } from "../../support/local-aws/table.ts";

const aws = localAws();
let policies: Table;
let now: number;
let refusals: string[];
let source: () => Promise<PolicyInForce>;

beforeEach(async () => {
  const { dynamodb } = aws.root();
  policies = { dynamodb, table: await newTable(dynamodb, "policy") };
  now = Date.parse("2026-11-21T08:15:19Z");
  refusals = [];
  source = newSource();
});

function newSource(): () => Promise<PolicyInForce> {
  return policySource(
    policies,
    () => now,
    async (why) => void refusals.push(why),
  );
}

async function push(version: number): Promise<void> {
  const document = JSON.stringify({ version: 1, settle: 60, keys: {}, rules: [], exemptions: [] });
  const given = { version, rules: 0, by: "alice", at: `${version}`, document, source: "" };
  const seen = await readPointer(policies);
  const pointer = await putVersion(policies, given);
  if (pointer === null || !(await flipPointer(policies, pointer, seen))) throw new Error("not pushed");
}

async function tamper(version: number): Promise<void> {
  await policies.dynamodb.send(
    new UpdateItemCommand({
      TableName: policies.table,
      Key: { pk: { S: "POLICY" }, sk: { S: `VERSION#0000000${version}` } },
      UpdateExpression: "SET #document = :document",
      ExpressionAttributeNames: { "#document": "document" },
      ExpressionAttributeValues: { ":document": { B: gzipSync('{"rules":[]}') } },
    }),
  );
}

async function reads(): Promise<number> {
  return (await aws.calls()).filter(({ api }) => api === "GetItem").length;
}

/** An unreadable table: every read fails while `work` runs. */
function unreadable<T>(work: () => Promise<T>): Promise<T> {
  return withFaults(aws.endpoint, [{ kind: "error500", service: "dynamodb", api: "GetItem" }], work);
}

test("before the first push there are no rules, and none to observe either", async () => {
  expect(await source()).toMatchObject({ version: 0, observeOnly: null });
  expect((await source()).policy.policy.rules).toEqual([]);
});

test("the first push is in force within a second, not ten, where there was no policy", async () => {
  await source();
  await push(1);
  now += 1_000;
  expect((await source()).version).toBe(0);
  now += 1;
  expect((await source()).version).toBe(1);
});

test("the pointer is read at most every ten seconds, a version once", async () => {
  await push(1);
  const begun = await reads();
  expect(await source()).toMatchObject({ version: 1, observeOnly: null });
  expect(await reads()).toBe(begun + 2);
  now += 10_000;
  await source();
  expect(await reads()).toBe(begun + 2);
  now += 1;
  await source();
  expect(await reads()).toBe(begun + 3);
});

test("ten concurrent looks read the pointer once", async () => {
  await push(1);
  const begun = await reads();
  const answers = await Promise.all(Array.from({ length: 10 }, () => source()));
  expect(await reads()).toBe(begun + 2);
  expect(new Set(answers.map((answer) => answer.policy)).size).toBe(1);
});

test("a new version is in force within ten seconds, and so is an old one after a rollback", async () => {
  await push(1);
  const first = await source();
  await push(2);
  expect((await source()).version).toBe(1);
  now += 10_001;
  expect((await source()).version).toBe(2);
  const pointer = await readPointer(policies);
  const document = await (await import("#aws/policy/table")).readVersion(policies, 1);
  await flipPointer(policies, { ...document, at: "later" }, pointer);
  now += 10_001;
  expect((await source()).version).toBe(first.version);
});

describe("a table that cannot be read", () => {
  test("leaves the cached policy in use for five minutes, then only for observing, and logs that", async () => {
    await push(1);
    await source();
    await unreadable(async () => {
      now += 10_001;
      expect(await source()).toMatchObject({ version: 1, observeOnly: null });
      now += 5 * 60_000 - 10_001;
      expect((await source()).observeOnly).toBeNull();
      now += 1_000;
      expect((await source()).observeOnly).toMatch(
        /^the policy has not been readable for 301 s: InternalServerError: /,
      );
    });
    now += 10_001;
    expect((await source()).observeOnly).toBeNull();
  });

  test("is read again every ten seconds, not by every look", async () => {
    await push(1);
    await source();
    await unreadable(async () => {
      now += 10_001;
      await source();
      const tried = await reads();
      await source();
      now += 9_000;
      await source();
      expect(await reads()).toBe(tried);
    });
  });

  test("on a cold start is no policy at all: the look is redelivered", async () => {
    await push(1);
    await unreadable(async () => {
      await expect(source()).rejects.toThrow(RetryableError);
      await expect(source()).rejects.toThrow(/^no policy is available: /);
    });
    expect((await source()).version).toBe(1);
  });
});

describe("a version that was changed behind the pointer", () => {
  test("allows only observing, at once, and is alerted", async () => {
    await push(1);
    await source();
    await push(2);
    await tamper(2);
    now += 10_001;
    const inForce = await source();
    expect(inForce.version).toBe(1);
    expect(inForce.observeOnly).toMatch(/^the policy in the table was refused: version 2 hashes to /);
    expect(refusals).toEqual([expect.stringMatching(/^version 2 hashes to /)]);
  });

  test("on a cold start is no policy at all, and is alerted", async () => {
    await push(1);
    await tamper(1);
    await expect(source()).rejects.toThrow(RetryableError);
    expect(refusals).toHaveLength(1);
  });

  test("no longer counts when a valid one is in force", async () => {
    await push(1);
    await source();
    await push(2);
    await tamper(2);
    now += 10_001;
    await source();
    await push(3);
    now += 10_001;
    expect(await source()).toMatchObject({ version: 3, observeOnly: null });
  });

  test("whose alert could not be sent allows only observing all the same, and is alerted by the next look", async () => {
    await push(1);
    let broken = true;
    const told: string[] = [];
    const failing = policySource(
      policies,
      () => now,
      async (why) => {
        if (broken) throw new Error("SNS is down");
        told.push(why);
      },
    );
    await failing();
    await push(2);
    await tamper(2);
    now += 10_001;
    expect((await failing()).observeOnly).toMatch(/refused/);
    expect(told).toEqual([]);
    broken = false;
    expect((await failing()).observeOnly).toMatch(/refused/);
    expect(told).toHaveLength(1);
  });
});

test("a pointer that was deleted allows only observing", async () => {
  await push(1);
  await source();
  const Key = { pk: { S: "POLICY" }, sk: { S: "CURRENT" } };
  await policies.dynamodb.send(new DeleteItemCommand({ TableName: policies.table, Key }));
  now += 10_001;
  expect((await source()).observeOnly).toBe("the policy in the table was refused: the pointer to version 1 is gone");
});
