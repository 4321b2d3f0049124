import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { clients } from "../support/local-aws/clients.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";

const aws = conformance();
const KB = 1024;
let TableName = "";
/** Does not repeat what was throttled. */
let once: DynamoDBClient;

beforeAll(async () => {
  TableName = `${aws.prefix}-limits`;
  await aws.dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  aws.later(async () => await aws.dynamodb.send(new DeleteTableCommand({ TableName })));
  await waitUntilTableExists({ client: aws.dynamodb, maxWaitTime: 60 }, { TableName });
  const credentials = aws.real ? undefined : await aws.dynamodb.config.credentials();
  once = clients({ endpoint: aws.endpoint, region: aws.region, credentials, maxAttempts: 1 }).dynamodb;
}, 180_000);

const put = (pk: string, bytes: number) =>
  new PutItemCommand({ TableName, Item: { pk: { S: pk }, text: { S: "x".repeat(bytes) } } });

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items
describe("an item", () => {
  test("has 400 KB at most, names of attributes included", async () => {
    const names = "pk".length + "large".length + "text".length;
    await aws.dynamodb.send(put("large", 400 * KB - names));
    const one = aws.dynamodb.send(put("large", 400 * KB - names + 1));
    await expect(one).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("does not grow over it by an update either", async () => {
    await aws.dynamodb.send(put("grown", 390 * KB));
    const grown = aws.dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: { S: "grown" } },
        UpdateExpression: "SET more = :more",
        ExpressionAttributeValues: { ":more": { S: "x".repeat(11 * KB) } },
      }),
    );
    await expect(grown).rejects.toMatchObject({
      name: "ValidationException",
      message: "Item size to update has exceeded the maximum allowed size",
    });
  });
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
describe("a partition key", () => {
  const outcomes = async (pk: string, times: number) => {
    const updates = Array.from({ length: times }, (_, index) =>
      once.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: pk } },
          UpdateExpression: "SET n = :n",
          ExpressionAttributeValues: { ":n": { N: String(index) } },
        }),
      ),
    );
    const settled = await Promise.allSettled(updates);
    return settled.map((each) => (each.status === "fulfilled" ? "written" : (each.reason as Error).name));
  };

  test("takes 1,000 units a second, each a KB of the whole item, however little of it is written", async () => {
    await aws.dynamodb.send(put("hot", 300 * KB));
    const found = await outcomes("hot", 40);
    expect(found).toContain("written");
    expect(found.filter((each) => each !== "written")[0]).toMatch(
      /^(ProvisionedThroughputExceeded|Throttling)Exception$/,
    );
  });

  test("leaves others their own", async () => {
    await aws.dynamodb.send(put("cold", 1));
    await outcomes("hot", 5);
    expect(await outcomes("cold", 5)).toEqual(Array.from({ length: 5 }, () => "written"));
    await aws.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: "cold" } } }));
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
  test("that is used up cancels a transaction, all of it, with a reason for each item", async () => {
    await aws.dynamodb.send(put("hot", 300 * KB));
    // On a slow machine it may be free again before the transaction comes.
    const { pk, codes } = await eventually("a cancelled transaction", async () => {
      const calm = `calm-${randomUUID()}`;
      await outcomes("hot", 10);
      const both = [calm, "hot"].map((pk) => ({ Put: put(pk, 1).input }));
      const found = await once
        .send(new TransactWriteItemsCommand({ TransactItems: both }))
        .catch((error: TransactionCanceledException) => error.CancellationReasons?.map(({ Code }) => Code));
      if (Array.isArray(found)) return { pk: calm, codes: found };
      await aws.dynamodb.send(put("hot", 300 * KB));
      return undefined;
    });
    expect(codes).toEqual(["None", expect.stringMatching(/^(ThrottlingError|ProvisionedThroughputExceeded)$/)]);
    const calm = await aws.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }));
    expect(calm.Item).toBeUndefined();
  });

  test("is free again soon", async () => {
    await outcomes("hot", 5);
    await eventually("a write", async () => await once.send(put("hot", 1)).catch(() => undefined));
  });
});
