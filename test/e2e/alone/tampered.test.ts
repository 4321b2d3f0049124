import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type AttributeValue, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import type { Alert } from "#core/alert/schema";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import { assume } from "../../support/e2e/redrive.ts";
import { startAnew } from "../../support/e2e/start-anew.ts";
import { declared, encryptionOf, sealedBucket, soon, story, succeeds, writesOf } from "../../support/e2e/story.ts";
import type { Clients } from "../../support/local-aws/clients.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
const { policyTable: TableName } = sandbox;
const pk = { S: "POLICY" };
const versionKey = (version: number) => ({ pk, sk: { S: `VERSION#${String(version).padStart(8, "0")}` } });
/** Functions read the pointer at most every ten seconds. */
const HEARD_MS = 10_500;
let alerts: Alerts;
/** Credentials of the push role, which may write the table. */
let intruder: Clients;
let version = 0;
let document = "";

beforeAll(async () => {
  alerts = await listen(e2e);
  intruder = await assume(e2e, sandbox.pushRoleArn, "e2e-intruder");
  const { stdout } = await succeeds(e2e, ["policy", "show", "--json"]);
  const shown = JSON.parse(stdout) as { version: number; document: unknown };
  version = shown.version;
  document = JSON.stringify(shown.document);
});

/** Other bytes each time, since the same forgery is alerted only once. */
const weaker = () => ({
  B: gzipSync(`${document.replaceAll('"aws:kms"', '"AES256"')}${" ".repeat(Date.now() % 10_000)}`),
});
const hash = (text: string) => ({ S: createHash("sha256").update(text, "utf8").digest("hex") });
const broken = (Bucket: string) => alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket }));

async function refused(since: Date, why = ""): Promise<Alert> {
  const of = (all: readonly Alert[]) =>
    all.find(
      ({ policy, time }) =>
        policy?.kind === "refused" && policy.why.includes(why) && Date.parse(time) >= since.getTime(),
    );
  const all = await soon(
    () => alerts.all(),
    (found) => of(found) !== undefined,
  );
  return of(all) as Alert;
}

test("a pointer to a version that does not match its hash is refused and alerted, and nothing is written", async () => {
  const bucket = await sealedBucket(e2e, "e2e-forged");
  const writes = await writesOf(e2e, bucket);
  const since = new Date();
  const forged = {
    version: { N: String(version + 1000) },
    rules: { N: "1" },
    by: { S: "me" },
    at: { S: since.toISOString() },
  };
  const item = { ...forged, sha256: hash(document), document: weaker(), source: { B: gzipSync("") } };
  const { Item: pointer = {} } = await root.dynamodb.send(
    new GetItemCommand({ TableName, Key: { pk, sk: { S: "CURRENT" } } }),
  );
  try {
    await put({ ...versionKey(version + 1000), ...item });
    await put({ pk, sk: { S: "CURRENT" }, ...forged, sha256: hash(document) });
    expect(await refused(since)).toMatchObject({ bucket: null, outcome: "failed", severity: "critical" });
    await sleep(HEARD_MS);
    await broken(bucket);
    const [, reported] = await alerts.wait(bucket, 2);
    expect(reported).toMatchObject({ outcome: "reported", rule: "baseline", severity: "high" });
    expect(reported?.reasons.join()).toContain("the policy in the table was refused");
    expect(await writesOf(e2e, bucket)).toEqual(writes);
  } finally {
    await put(pointer);
  }
  const back = ({ policy }: Alert) => policy?.kind === "moved" && policy.from === version + 1000;
  const all = await soon(
    () => alerts.all(),
    (found) => found.some(back),
  );
  expect(all.find(back)).toMatchObject({ severity: "high", policy: { to: version, by: pointer.by?.S } });
  await startAnew(e2e);
  await broken(bucket);
  await alerts.wait(bucket, 3);
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
});

test("a version that is changed behind its pointer is alerted at once, and a function that has no other writes nothing", async () => {
  const bucket = await sealedBucket(e2e, "e2e-changed");
  const writes = await writesOf(e2e, bucket);
  const since = new Date();
  const { Item: before = {} } = await root.dynamodb.send(new GetItemCommand({ TableName, Key: versionKey(version) }));
  try {
    await put({ ...before, document: weaker() });
    const alert = await refused(since);
    expect(alert).toMatchObject({ severity: "critical", policy: { kind: "refused", version } });
    expect(alert.next.join()).toContain("bucketseal push");
    await startAnew(e2e);
    await broken(bucket);
    // The function itself alerts on a version that it cannot use, and the message is redelivered.
    await refused(since, "hashes to");
    await sleep(2_000);
    expect(await writesOf(e2e, bucket)).toEqual(writes);
    expect((await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
    expect(await alerts.about(bucket)).toHaveLength(1);
  } finally {
    await put(before);
  }
  await alerts.wait(bucket, 2, 60);
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
});

async function put(Item: Record<string, AttributeValue>): Promise<void> {
  await intruder.dynamodb.send(new PutItemCommand({ TableName, Item }));
}
