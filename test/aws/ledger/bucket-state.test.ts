import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { readState, saveState } from "#aws/ledger/bucket-state";
import { firstTime, isMarked } from "#aws/ledger/marks";
import { readPin, writePin } from "#aws/ledger/pins";
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

describe("a bucket's state", () => {
  test("is unseen before the first look", async () => {
    expect(await readState(ledger, ref("new"))).toEqual(unseen);
  });

  test("comes back as it was saved, one revision on", async () => {
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

  test("is written by the first of two that read the same revision", async () => {
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

  test("of a bucket of the same name in another account or Region is another", async () => {
    await saveState(ledger, ref("twin"), { ...unseen, outcome: "held" });
    expect(await readState(ledger, { ...ref("twin"), account: "444455556666" })).toEqual(unseen);
    expect(await readState(ledger, { ...ref("twin"), region: "eu-west-1" })).toEqual(unseen);
  });

  test("of an older Bucketseal gets what it lacks", async () => {
    const old = { ...unseen, outcome: "held" } as Partial<typeof unseen>;
    delete (old as { outbox?: unknown }).outbox;
    await saveState(ledger, ref("old"), old as typeof unseen);
    expect((await readState(ledger, ref("old"))).outbox).toBeNull();
  });

  test("has what an index needs beside the document", async () => {
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

  test("that cannot be read or written for a moment is tried again later", async () => {
    await withFaults(aws.endpoint, [{ kind: "throttle", service: "dynamodb" }], async () => {
      await expect(readState(ledger, ref("busy"))).rejects.toThrow(RetryableError);
      await expect(saveState(ledger, ref("busy"), unseen)).rejects.toThrow(RetryableError);
    });
  });

  test("whose write was answered 500 but done is seen by who looks again", async () => {
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

  test("in a table that is not there is an error", async () => {
    await expect(readState({ ...ledger, table: "nowhere" }, ref("x"))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

describe("the pin of a key alias", () => {
  const scope = { account: "111122223333", region: "us-east-1" };
  const pin = {
    keyArn: "arn:aws:kms:us-east-1:111122223333:key/1",
    by: "arn:aws:iam::111122223333:user/a",
    at: "2026",
  };
  const other = { ...pin, keyArn: "arn:aws:kms:us-east-1:111122223333:key/2" };

  test("is recorded once, by whoever comes first", async () => {
    expect(await readPin(ledger, scope, "alias/a")).toEqual({ known: true, value: null });
    expect(await writePin(ledger, scope, "alias/a", pin, null)).toBe(true);
    expect(await writePin(ledger, scope, "alias/a", other, null)).toBe(false);
    expect(await readPin(ledger, scope, "alias/a")).toEqual({ known: true, value: pin });
  });

  test("is replaced only by who knows what it was", async () => {
    await writePin(ledger, scope, "alias/b", pin, null);
    expect(await writePin(ledger, scope, "alias/b", other, "arn:aws:kms:us-east-1:111122223333:key/9")).toBe(false);
    expect(await writePin(ledger, scope, "alias/b", other, pin.keyArn)).toBe(true);
    expect(await readPin(ledger, scope, "alias/b")).toEqual({ known: true, value: other });
  });

  test("is another one in every account and Region", async () => {
    await writePin(ledger, scope, "alias/c", pin, null);
    for (const elsewhere of [
      { ...scope, account: "444455556666" },
      { ...scope, region: "eu-west-1" },
    ]) {
      expect(await readPin(ledger, elsewhere, "alias/c")).toEqual({ known: true, value: null });
    }
  });

  test("that may not be read is unknown, never absent", async () => {
    const stranger = await aws.user([]);
    expect(await readPin({ ...ledger, dynamodb: stranger.dynamodb }, scope, "alias/a")).toMatchObject({
      known: false,
      error: { name: "AccessDeniedException" },
    });
    await expect(
      writePin({ ...ledger, dynamodb: stranger.dynamodb }, scope, "alias/a", pin, null),
    ).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test("that cannot be read for a moment is tried again later", async () => {
    await withFaults(aws.endpoint, [{ kind: "error500", service: "dynamodb" }], async () => {
      await expect(readPin(ledger, scope, "alias/a")).rejects.toThrow(RetryableError);
      await expect(writePin(ledger, scope, "alias/a", pin, null)).rejects.toThrow(RetryableError);
    });
  });
});

describe("a mark", () => {
  test("is set once", async () => {
    expect(await isMarked(ledger, "REFUSED#1")).toBe(false);
    expect(await firstTime(ledger, "REFUSED#1", 0)).toBe(true);
    expect(await firstTime(ledger, "REFUSED#1", 1)).toBe(false);
    expect(await isMarked(ledger, "REFUSED#1")).toBe(true);
    expect(await isMarked(ledger, "REFUSED#2")).toBe(false);
  });

  test("however long its name", async () => {
    expect(await firstTime(ledger, "x".repeat(5_000), 0)).toBe(true);
    expect(await isMarked(ledger, "x".repeat(5_000))).toBe(true);
  });

  test("that cannot be set is an error", async () => {
    await expect(firstTime({ ...ledger, table: "nowhere" }, "x", 0)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});
