import { DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { readState, saveState } from "#aws/ledger/bucket-state";
import { shardOf } from "#aws/ledger/item-keys";
import type { Table } from "#aws/table";
import { unseen } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import { anEntry } from "../../support/core/history.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { LEDGER_INDEXES, ledgerTable } from "../../support/local-aws/ledger-table.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
let ledger: Table;

beforeAll(async () => {
  const { dynamodb } = aws.root();
  ledger = { dynamodb, table: "ledger" };
  await ledgerTable(dynamodb, ledger.table);
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
  expect(Item).not.toHaveProperty("due");
});

const keysIn = async (IndexName: keyof typeof LEDGER_INDEXES, partition: string) => {
  const { dynamodb, table: TableName } = ledger;
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: "#pk = :pk",
      ExpressionAttributeNames: { "#pk": LEDGER_INDEXES[IndexName][0] },
      ExpressionAttributeValues: { ":pk": { S: partition } },
    }),
  );
  return Items.map(({ pk, sk }) => `${pk?.S} ${sk?.S}`);
};

test("a bucket's state is found by account, by outcome, and by its due time as long as it has one", async () => {
  const bucket = ref("findable");
  const since = "2026-11-21T08:15:19.200Z";
  const due = "2026-11-21T09:00:00.000Z";
  const shard = (shards: number) => shardOf("findable", shards);
  const item = "BUCKET#111122223333#us-east-1#findable STATE";
  const saved = await saveState(ledger, bucket, { ...unseen, outcome: "contested", since, due });
  expect(await keysIn("ByAccount", `111122223333#us-east-1#${shard(8)}`)).toContain(item);
  expect(await keysIn("ByOutcome", `contested#${shard(8)}`)).toEqual([item]);
  expect(await keysIn("ByDue", `due#${shard(4)}`)).toEqual([item]);
  await saveState(ledger, bucket, { ...unseen, ...saved, outcome: "left alone", due: null });
  expect(await keysIn("ByOutcome", `contested#${shard(8)}`)).toEqual([]);
  expect(await keysIn("ByDue", `due#${shard(4)}`)).toEqual([]);
});

describe("an entry of a bucket's history", () => {
  test("is written with the state, under the bucket and in the index by time, and expires", async () => {
    const bucket = ref("told");
    const entry = anEntry({ at: "2026-11-21T08:15:20.123Z", id: "alert-1" });
    expect((await saveState(ledger, bucket, { ...unseen, outcome: "changed" }, { entry, days: 400 }))?.rev).toBe(1);
    const Key = {
      pk: { S: "BUCKET#111122223333#us-east-1#told" },
      sk: { S: "EVENT#2026-11-21T08:15:20.123Z#alert-1" },
    };
    const { Item } = await ledger.dynamodb.send(new GetItemCommand({ TableName: ledger.table, Key }));
    expect(JSON.parse(Item?.entry?.S ?? "")).toEqual(entry);
    const days = (Number(Item?.expires?.N) * 1000 - Date.parse(entry.at)) / 86_400_000;
    expect(days).toBeCloseTo(400, 3);
    expect(await keysIn("ByTime", `2026-11-21#${shardOf("told", 8)}`)).toEqual([`${Key.pk.S} ${Key.sk.S}`]);
  });

  test("is not written where somebody else wrote the state meanwhile", async () => {
    const bucket = ref("raced");
    await saveState(ledger, bucket, unseen);
    const kept = { entry: anEntry({ at: "2026-11-22T08:15:20.123Z" }), days: 400 };
    expect(await saveState(ledger, bucket, unseen, kept)).toBeNull();
    expect(await keysIn("ByTime", `2026-11-22#${shardOf("raced", 8)}`)).toEqual([]);
    expect((await readState(ledger, bucket)).rev).toBe(1);
  });

  test("of a request that is repeated since its answer was lost is there once, and the state is ours", async () => {
    const bucket = ref("repeated");
    const kept = { entry: anEntry({ at: "2026-11-23T08:15:20.123Z" }), days: 400 };
    const saved = await withFaults(aws.endpoint, [{ kind: "after500", api: "TransactWriteItems", times: 1 }], () =>
      saveState(ledger, bucket, unseen, kept),
    );
    expect(saved?.rev).toBe(1);
    expect(await keysIn("ByTime", `2026-11-23#${shardOf("repeated", 8)}`)).toHaveLength(1);
  });

  test("that cannot be written at the moment is retried later", async () => {
    const kept = { entry: anEntry(), days: 400 };
    await withFaults(aws.endpoint, [{ kind: "throttle", service: "dynamodb" }], async () => {
      await expect(saveState(ledger, ref("busy"), unseen, kept)).rejects.toThrow(RetryableError);
    });
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
