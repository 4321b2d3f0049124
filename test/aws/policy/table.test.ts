import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { DeleteItemCommand, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { type PolicyPointer, PolicyTampered } from "#aws/policy/items";
import { flipPointer, listVersions, putVersion, readPointer, readVersion } from "#aws/policy/table";
import type { Table } from "#aws/table";
import { policySchema } from "#core/policy/policy";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { newTable } from "../../support/local-aws/table.ts";

const aws = localAws();
let dynamodb: DynamoDBClient;

beforeAll(() => {
  dynamodb = aws.root().dynamodb;
});

async function newPolicies(): Promise<Table> {
  return { dynamodb, table: await newTable(dynamodb) };
}

const by = "arn:aws:iam::111122223333:user/alice";
const at = "2026-11-21T08:15:19.200Z";

function version(number: number, document = `{"version":1,"number":${number}}`): Parameters<typeof putVersion>[1] {
  return { version: number, rules: 3, by, at, document, source: `# number ${number}\n` };
}

/** Stores a version and puts it in force. */
async function push(policies: Table, number: number, seen: PolicyPointer | null): Promise<PolicyPointer> {
  const pointer = await putVersion(policies, version(number));
  if (pointer === null || !(await flipPointer(policies, pointer, seen))) throw new Error("not pushed");
  return pointer;
}

describe("a version", () => {
  test("is read as it was stored, hash checked", async () => {
    const policies = await newPolicies();
    const pointer = await putVersion(policies, version(1));
    expect(pointer).toEqual({ version: 1, rules: 3, by, at, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const read = await readVersion(policies, 1, pointer?.sha256);
    expect(read).toEqual({ ...version(1), sha256: pointer?.sha256 });
    expect(await readVersion(policies, 1)).toEqual(read);
  });

  test("never changes, since its number is used once", async () => {
    const policies = await newPolicies();
    await putVersion(policies, version(1));
    expect(await putVersion(policies, version(1, "{}"))).toBeNull();
    expect((await readVersion(policies, 1)).document).toBe(version(1).document);
  });

  test("can have 10,000 rules", async () => {
    const policies = await newPolicies();
    const rules = Array.from({ length: 10_000 }, (_, each) => ({
      id: `team-${each}-baseline`,
      match: { accounts: [String(100000000000 + each)], buckets: [`team-${each}-*`] },
      encryption: { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true },
      mode: "enforce",
    }));
    const keys = { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" };
    const source = JSON.stringify({ version: 1, keys, rules });
    const document = JSON.stringify(policySchema.parse(JSON.parse(source)));
    const pointer = await putVersion(policies, { version: 1, rules: 10_000, by, at, document, source });
    expect((await readVersion(policies, 1, pointer?.sha256)).document).toBe(document);
  });

  test("larger than one item is refused before it is sent", async () => {
    const policies = await newPolicies();
    const noise = randomBytes(400_000).toString("base64");
    await expect(putVersion(policies, version(1, noise))).rejects.toThrow(
      /^the policy takes \d+ bytes compressed, more than the 399360 of one item$/,
    );
    expect(await listVersions(policies, 10)).toEqual([]);
  });

  test("just below that size is accepted by DynamoDB", async () => {
    const policies = await newPolicies();
    const noise = randomBytes(297_000).toString("base64");
    const pointer = await putVersion(policies, version(1, noise));
    expect((await readVersion(policies, 1, pointer?.sha256)).document).toBe(noise);
  });

  test("is listed with the others, newest first, without documents", async () => {
    const policies = await newPolicies();
    for (const number of [1, 2, 3]) await putVersion(policies, version(number));
    const listed = await listVersions(policies, 2);
    expect(listed.map((each) => each.version)).toEqual([3, 2]);
    expect(Object.keys(listed[0] ?? {}).sort()).toEqual(["at", "by", "rules", "sha256", "version"]);
  });
});

describe("a version that was changed behind its pointer is refused", () => {
  const key = (number: number) => ({ pk: { S: "POLICY" }, sk: { S: `VERSION#0000000${number}` } });
  const set = (policies: Table, name: string, value: object) =>
    dynamodb.send(
      new UpdateItemCommand({
        TableName: policies.table,
        Key: key(1),
        UpdateExpression: "SET #name = :value",
        ExpressionAttributeNames: { "#name": name },
        ExpressionAttributeValues: { ":value": value as { S: string } },
      }),
    );

  test.each([
    ["another document", "document", { B: gzipSync('{"rules":[]}') }, /hashes to [0-9a-f]{64}, not to [0-9a-f]{64}$/],
    ["a document that is no gzip", "document", { B: Buffer.from("plain") }, /cannot be decompressed$/],
    ["a document of another type", "document", { S: "text" }, /cannot be decompressed$/],
  ])("%s", async (_what, name, value, why) => {
    const policies = await newPolicies();
    const pointer = await push(policies, 1, null);
    await set(policies, name, value);
    const reading = readVersion(policies, 1, pointer.sha256);
    await expect(reading).rejects.toThrow(PolicyTampered);
    await expect(reading).rejects.toThrow(why);
  });

  test("another document with its own hash", async () => {
    const policies = await newPolicies();
    const pointer = await push(policies, 1, null);
    const forged = await newPolicies();
    const other = await putVersion(forged, version(1, "{}"));
    await set(policies, "document", { B: gzipSync("{}") });
    await set(policies, "sha256", { S: other?.sha256 });
    await expect(readVersion(policies, 1, pointer.sha256)).rejects.toThrow(PolicyTampered);
  });

  test("no document at all", async () => {
    const policies = await newPolicies();
    const pointer = await push(policies, 1, null);
    await dynamodb.send(new DeleteItemCommand({ TableName: policies.table, Key: key(1) }));
    await expect(readVersion(policies, 1, pointer.sha256)).rejects.toThrow("version 1 is not in the table");
  });
});

describe("the pointer", () => {
  test("does not exist before the first push", async () => {
    expect(await readPointer(await newPolicies())).toBeNull();
  });

  test("moves from the version that was read", async () => {
    const policies = await newPolicies();
    const first = await push(policies, 1, null);
    expect(await readPointer(policies)).toEqual(first);
    const second = await push(policies, 2, first);
    expect(await readPointer(policies)).toEqual(second);
    expect(await flipPointer(policies, { ...first, at: "2026-11-21T09:00:00.000Z" }, second)).toBe(true);
    expect((await readPointer(policies))?.version).toBe(1);
  });

  test("is not moved if somebody else moved it meanwhile", async () => {
    const policies = await newPolicies();
    const first = await push(policies, 1, null);
    const second = await push(policies, 2, first);
    expect(await flipPointer(policies, { ...first, version: 3 }, first)).toBe(false);
    expect(await flipPointer(policies, { ...first, version: 3 }, null)).toBe(false);
    expect(await readPointer(policies)).toEqual(second);
  });

  test("is not moved if it was moved away and back meanwhile", async () => {
    const policies = await newPolicies();
    const first = await push(policies, 1, null);
    const second = await push(policies, 2, first);
    const back = { ...first, at: "2026-11-21T09:00:00.000Z" };
    await flipPointer(policies, back, second);
    expect(await flipPointer(policies, second, first)).toBe(false);
    expect(await readPointer(policies)).toEqual(back);
  });

  test("is moved by one of two concurrent pushes, and the other's version is not lost", async () => {
    const policies = await newPolicies();
    const first = await push(policies, 1, null);
    const versions = await Promise.all(
      ["alice", "ci"].map((name) => putVersion(policies, { ...version(2), by: `${by}/${name}` })),
    );
    expect(versions.filter((each) => each === null)).toHaveLength(1);
    const [second = null] = versions.filter((each) => each !== null);
    const third = await putVersion(policies, version(3));
    const moved = await Promise.all([second, third].map((each) => flipPointer(policies, each as PolicyPointer, first)));
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect((await listVersions(policies, 10)).map((each) => each.version)).toEqual([3, 2, 1]);
  });

  test("whose write succeeded although its response was lost is recognised as our own", async () => {
    const policies = await newPolicies();
    const first = await push(policies, 1, null);
    expect(await putVersion(policies, version(1))).toEqual(first);
    expect(await putVersion(policies, { ...version(1), at: "2026-11-21T09:00:00.000Z" })).toBeNull();
    expect(await putVersion(policies, { ...version(1), by: "arn:aws:iam::111122223333:user/ci" })).toBeNull();
    expect(await flipPointer(policies, first, null)).toBe(true);
    expect(await flipPointer(policies, { ...first, sha256: "0".repeat(64) }, null)).toBe(false);
  });

  test("that we may not write is an error, not a conflict", async () => {
    const policies = await newPolicies();
    const stranger = await aws.user([]);
    const pointer = await push(policies, 1, null);
    await expect(flipPointer({ ...policies, dynamodb: stranger.dynamodb }, pointer, pointer)).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    await expect(putVersion({ ...policies, dynamodb: stranger.dynamodb }, version(2))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });
});
