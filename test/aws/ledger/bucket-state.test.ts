import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { readState, saveState } from "#aws/ledger/bucket-state";
import type { Table } from "#aws/table";
import { unseen } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { newTable } from "../../support/local-aws/table.ts";

const aws = localAws();
let ledger: Table;

beforeAll(async () => {
  const { dynamodb } = aws.root();
  ledger = { dynamodb, table: await newTable(dynamodb, "ledger") };
});

function ref(bucket: string): BucketRef {
  return { partition: "aws", account: "111122223333", region: "us-east-1", bucket };
}

test("a bucket's state is unseen before the first look", async () => {
  expect(await readState(ledger, ref("new"))).toEqual(unseen);
});

test("a bucket's state is read as it was saved, with the next revision", async () => {
  const bucket = ref("saved");
  const saved = await saveState(ledger, bucket, { ...unseen, outcome: "left alone", rule: "baseline" });
  expect(saved?.rev).toBe(1);
  expect(await readState(ledger, bucket)).toEqual({
    ...unseen,
    rev: 1,
    outcome: "left alone",
    rule: "baseline",
  });
});

test("a bucket's state is written by the first of two that read the same revision", async () => {
  const bucket = ref("contended");
  const first = await saveState(ledger, bucket, { ...unseen, outcome: "held" });
  expect(await saveState(ledger, bucket, { ...unseen, outcome: "failed" })).toBeNull();
  const read = await readState(ledger, bucket);
  const [a, b] = await Promise.all([
    saveState(ledger, bucket, { ...read, outcome: "changed" }),
    saveState(ledger, bucket, { ...read, outcome: "reported" }),
  ]);
  expect([a, b].filter((each) => each === null)).toHaveLength(1);
  expect(first?.rev).toBe(1);
  expect(await readState(ledger, bucket)).toEqual(a ?? b);
});

test("buckets of the same name in other accounts or Regions have their own states", async () => {
  await saveState(ledger, ref("twin"), { ...unseen, outcome: "held" });
  expect(await readState(ledger, { ...ref("twin"), account: "444455556666" })).toEqual(unseen);
  expect(await readState(ledger, { ...ref("twin"), region: "eu-west-1" })).toEqual(unseen);
});

test("a state that an older Bucketseal saved gets the fields it lacks", async () => {
  const old = { ...unseen, outcome: "held" } as Partial<typeof unseen>;
  delete (old as { outbox?: unknown }).outbox;
  await saveState(ledger, ref("old"), old as typeof unseen);
  expect((await readState(ledger, ref("old"))).outbox).toBeNull();
});

test("a bucket's state has attributes for an index beside the document", async () => {
  const since = "2026-11-21T08:15:19.200Z";
  await saveState(ledger, ref("indexed"), { ...unseen, outcome: "changed", rule: "baseline", since });
  const Key = { pk: { S: "BUCKET#111122223333#us-east-1#indexed" }, sk: { S: "STATE" } };
  const { Item } = await ledger.dynamodb.send(new GetItemCommand({ TableName: ledger.table, Key }));
  expect(Item).toMatchObject({
    account: { S: "111122223333" },
    region: { S: "us-east-1" },
    bucket: { S: "indexed" },
    outcome: { S: "changed" },
    rule: { S: "baseline" },
    since: { S: since },
    rev: { N: "1" },
  });
});

test("a bucket's state that cannot be read or written at the moment is retried later", async () => {
  await withFaults(aws.endpoint, [{ kind: "throttle", service: "dynamodb" }], async () => {
    await expect(readState(ledger, ref("busy"))).rejects.toThrow(RetryableError);
    await expect(saveState(ledger, ref("busy"), unseen)).rejects.toThrow(RetryableError);
  });
});

test("a write that returned 500 but was made is seen by the next read", async () => {
  const once = new DynamoDBClient({
    region: "us-east-1",
    endpoint: aws.endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId: "111122223333", secretAccessKey: "test" },
  });
  await withFaults(aws.endpoint, [{ kind: "after500", api: "PutItem" }], async () => {
    await expect(
      saveState({ ...ledger, dynamodb: once }, ref("lost answer"), { ...unseen, outcome: "held" }),
    ).rejects.toThrow(RetryableError);
  });
  expect((await readState(ledger, ref("lost answer"))).rev).toBe(1);
});

test("a table that is not there is an error", async () => {
  await expect(readState({ ...ledger, table: "nowhere" }, ref("x"))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
