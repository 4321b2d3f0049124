import { gzipSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { PolicyPointer } from "#aws/policy/items";
import { readPointer } from "#aws/policy/table";
import { correlation } from "../../../functions/runtime/correlation.ts";
import { account, type TestHub, testHub } from "../../support/batch/hub.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/**
 * The function that follows the policy table, in this process, on a local AWS; records are built
 * like those of DynamoDB's streams.
 */
const aws = localAws();
let root: Clients;
let hub: TestHub;
let handler: (event: DynamoDBStreamEvent, context: Context) => Promise<void>;

beforeAll(async () => {
  root = aws.root();
  hub = await testHub(root);
  const environment = {
    ...hub.environment,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "test",
    POWERTOOLS_LOG_LEVEL: "SILENT",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, String(value));
  ({ handler } = (await import("../../../functions/policy.ts")) as unknown as { handler: typeof handler });
});

afterAll(() => void vi.unstubAllEnvs());

type Image = Record<string, AttributeValue>;

let sequence = 0;

function record(sk: string, before: Image | null, after: Image | null): DynamoDBRecord {
  const Keys = { pk: { S: "POLICY" }, sk: { S: sk } };
  return {
    eventID: `event-${sequence++}`,
    eventName: before === null ? "INSERT" : after === null ? "REMOVE" : "MODIFY",
    dynamodb: {
      Keys,
      ...(before === null ? {} : { OldImage: { ...Keys, ...before } }),
      ...(after === null ? {} : { NewImage: { ...Keys, ...after } }),
    } as NonNullable<DynamoDBRecord["dynamodb"]>,
  };
}

function image(pointer: PolicyPointer): Image {
  return {
    version: { N: String(pointer.version) },
    sha256: { S: pointer.sha256 },
    rules: { N: String(pointer.rules) },
    by: { S: "arn:aws:iam::111122223333:user/alice" },
    at: { S: pointer.at },
  };
}

async function tell(...Records: DynamoDBRecord[]): Promise<Awaited<ReturnType<TestHub["alerts"]>>> {
  await handler({ Records }, { functionName: "policy" } as Context);
  return hub.alerts();
}

/** Puts a policy in force; returns its pointer. */
async function push(rules: readonly object[]): Promise<PolicyPointer> {
  await hub.push(rules);
  return (await readPointer({ dynamodb: root.dynamodb, table: hub.environment.POLICY_TABLE })) as PolicyPointer;
}

const strong = {
  id: "baseline",
  match: { buckets: ["*"] },
  encryption: { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true },
};
const weak = { id: "baseline", match: { buckets: ["*"] }, encryption: { algorithm: "AES256" } };

describe("a pointer that moved is alerted", () => {
  test("the first time", async () => {
    const first = await push([strong]);
    const [alert, ...others] = await tell(record("CURRENT", null, image(first)));
    expect(others).toEqual([]);
    const by = "arn:aws:iam::111122223333:user/alice";
    expect(alert).toMatchObject({ outcome: "changed", policy: { kind: "moved", from: null, to: 1, by } });
  });

  test("and logged under the id of its record", async () => {
    const before = await push([strong]);
    const after = await push([weak]);
    const { logger } = await import("../../../functions/runtime/telemetry.ts");
    const ids: (readonly string[])[] = [];
    vi.spyOn(logger, "info").mockImplementation(() => void ids.push(correlation()));
    const moved = record("CURRENT", image(before), image(after));
    await tell(moved);
    vi.restoreAllMocks();
    expect(ids).toEqual([[moved.eventID]]);
  });

  test("with what became weaker", async () => {
    const before = await push([strong]);
    const after = await push([weak]);
    const [alert] = await tell(record("CURRENT", image(before), image(after)));
    expect(alert).toMatchObject({
      severity: "high",
      policy: { kind: "moved", from: before.version, to: after.version, stronger: [] },
    });
    expect(alert?.policy).toHaveProperty("weaker", [
      expect.stringMatching(/^rule baseline changed: encryption\.algorithm: "AES256", was "aws:kms"/),
    ]);
  });

  test("once for each move, in the order in which they came", async () => {
    const pointers = [await push([strong]), await push([weak]), await push([strong])];
    const [a, b, c] = pointers.map(image);
    const alerts = await tell(record("CURRENT", a ?? {}, b ?? {}), record("CURRENT", b ?? {}, c ?? {}));
    expect(alerts).toHaveLength(2);
  });

  test("again, if the alert could not be sent: the function fails and Lambda retries the change", async () => {
    const before = await push([strong]);
    const after = await push([weak]);
    const moved = record("CURRENT", image(before), image(after));
    await withFaults(aws.endpoint, [{ kind: "error500", service: "sns" }], async () => {
      await expect(tell(moved)).rejects.toThrow("the alert could not be published");
    });
    expect(await tell(moved)).toHaveLength(1);
  });
});

describe("a table that somebody tampered with is alerted as critical", () => {
  const versionKey = (version: number) => ({
    pk: { S: "POLICY" },
    sk: { S: `VERSION#${String(version).padStart(8, "0")}` },
  });

  test("a pointer to a version that is not what it hashes to", async () => {
    const before = await push([strong]);
    const after = await push([weak]);
    await root.dynamodb.send(
      new UpdateItemCommand({
        TableName: hub.environment.POLICY_TABLE,
        Key: versionKey(after.version),
        UpdateExpression: "SET #document = :document",
        ExpressionAttributeNames: { "#document": "document" },
        ExpressionAttributeValues: { ":document": { B: gzipSync("{}") } },
      }),
    );
    const [alert] = await tell(record("CURRENT", image(before), image(after)));
    const why = expect.stringMatching(/hashes to/);
    expect(alert).toMatchObject({ severity: "critical", policy: { kind: "refused", version: after.version, why } });
  });

  test("and one that moved away from such a version is alerted as moved, without a comparison", async () => {
    const before = { ...(await push([weak])), version: 9_998 };
    const after = await push([strong]);
    const [alert] = await tell(record("CURRENT", image(before), image(after)));
    expect(alert).toMatchObject({ severity: "high", policy: { kind: "moved", from: 9_998, to: after.version } });
    expect(alert?.policy).toHaveProperty("weaker", [
      expect.stringMatching(/^cannot be compared: .*9998 is not in the table/),
    ]);
  });

  test("a pointer to a version that is not there", async () => {
    const after = { ...(await push([strong])), version: 9_999 };
    const [alert] = await tell(record("CURRENT", null, image(after)));
    expect(alert?.severity).toBe("critical");
  });

  test("a pointer that was deleted", async () => {
    const [alert] = await tell(record("CURRENT", image(await push([strong])), null));
    expect(alert?.policy).toEqual({ kind: "refused", version: null, why: "the pointer was deleted" });
  });

  test("a version that was changed, and one that was deleted", async () => {
    const version = image(await push([strong]));
    const alerts = await tell(
      record("VERSION#00000001", version, { ...version, by: { S: "mallory" } }),
      record("VERSION#00000001", version, null),
    );
    expect(alerts.map(({ severity }) => severity)).toEqual(["critical", "critical"]);
  });
});

test("a new version by itself is not alerted", async () => {
  expect(await tell(record("VERSION#00000001", null, image(await push([strong]))))).toEqual([]);
});

test("a table that cannot be read does not lose the alert: the change is retried", async () => {
  const after = await push([strong]);
  await withFaults(aws.endpoint, [{ kind: "throttle", service: "dynamodb" }], async () => {
    await expect(tell(record("CURRENT", null, image(after)))).rejects.toMatchObject({
      name: "ProvisionedThroughputExceededException",
    });
  });
});

test("an unknown item is ignored", async () => {
  const TableName = hub.environment.POLICY_TABLE;
  const Key = { pk: { S: "OTHER" }, sk: { S: "THING" } };
  await root.dynamodb.send(new PutItemCommand({ TableName, Item: Key }));
  expect(await tell(record("THING", null, {}))).toEqual([]);
  await root.dynamodb.send(new DeleteItemCommand({ TableName, Key }));
});
