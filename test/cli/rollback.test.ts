import { PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { bucketHistory } from "#aws/history/bucket-history";
import { readState, saveState } from "#aws/ledger/bucket-state";
import { writePause } from "#aws/ssm/pause";
import { alertSchema } from "#core/alert/schema";
import type { BucketEncryption } from "#core/encryption";
import type { HistoryEntry } from "#core/ledger/history";
import { unseen } from "#core/ledger/state";
import type { Deployment } from "#core/stage/deployment";
import { anEntry } from "../support/core/history.ts";
import { account, cloud } from "./cloud.ts";
import { deployStage } from "./deploy-stage.ts";

const aws = cloud();
const region = "us-east-1";
let stage: Deployment;
let key = "";

const aes: BucketEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
const ref = (bucket: string) => ({ partition: "aws", account, region, bucket });
const ledger = () => ({ dynamodb: aws.root().dynamodb, table: stage.ledgerTable });
const stateOf = (bucket: string) => readState(ledger(), ref(bucket));
const json = async (...args: string[]) => {
  const { code, stdout } = await aws.run([...args, "--json"]);
  return { code, document: JSON.parse(stdout) };
};

async function entriesOf(bucket: string): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for await (const entry of bucketHistory(ledger(), ref(bucket), null)) entries.push(entry);
  return entries;
}

/** A bucket that Bucketseal changed from what it was to the declared key, as its history tells. */
async function repaired(bucket: string, before: BucketEncryption | null = aes): Promise<string> {
  await aws.bucket(bucket);
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: key },
    BucketKeyEnabled: true,
    BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] },
  };
  await aws
    .root()
    .s3.send(new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
  const after = { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" } as const;
  const entry = anEntry({ id: `alert-${bucket}`, before, after });
  const state = { ...unseen, outcome: "left alone", rule: "baseline", mode: "enforce", observed: after } as const;
  await saveState(ledger(), ref(bucket), { ...state, since: entry.at }, { entry, days: 400 });
  return bucket;
}

beforeAll(async () => {
  stage = await deployStage(aws.root(), account, "dev");
  key = await aws.key("s3-default");
  const pushed = await aws.run(["push", "examples/policies/simple.yaml", "--yes"]);
  expect(pushed.code, pushed.stderr).toBe(0);
}, 60_000);

test("rollback restores what the last change found, says loudly that it is weaker, and records who and why", async () => {
  const bucket = await repaired("rolled");
  const { code, stdout } = await aws.run(["rollback", bucket, "--yes", "--reason", "SEC-1421 <b>", "--for", "4h"]);
  expect(stdout).toContain("WEAKER   algorithm: AES256 is weaker than aws:kms\n");
  expect(stdout).toMatch(/^restored, by arn:aws:iam::111122223333:user\/dana, exempt until 20/m);
  expect(code).toBe(0);
  expect(await aws.encryptionOf(bucket)).toMatchObject({ algorithm: "AES256" });
  const [entry] = await entriesOf(bucket);
  const by = `arn:aws:iam::${account}:user/dana`;
  expect(entry).toMatchObject({
    outcome: "changed",
    was: "left alone",
    before: { algorithm: "aws:kms", key },
    after: aes,
    actor: { type: "IAMUser", arn: by },
    rollback: { by, why: "SEC-1421 <b>", to: `alert-${bucket}` },
  });
  const state = await stateOf(bucket);
  expect(state).toMatchObject({
    outcome: "exempt",
    observed: aes,
    exemptUntil: { shown: aes, by },
    due: state.since,
  });
  const hours = (Date.parse(entry?.rollback?.until ?? "") - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(3.9);
  expect(hours).toBeLessThan(4.1);
  const alert = alertSchema.parse(state.outbox?.alert);
  expect(alert).toMatchObject({
    id: entry?.id,
    outcome: "exempt",
    severity: "high",
    event: { name: "bucketseal rollback" },
  });
  expect(alert.reasons.join("\n")).toContain("SEC-1421 \\u{3c}b\\u{3e}");
  const shown = (await aws.run(["history", bucket])).stdout;
  expect(shown).toContain("    by dana, rollback, rule baseline\n");
});

test("rollback of what was rolled back already changes nothing, and of a rollback restores what it replaced", async () => {
  const bucket = await repaired("twice");
  const first = `alert-${bucket}`;
  expect((await json("rollback", bucket, "--to", first, "--yes")).document).toMatchObject({ rolledBack: true });
  const again = await json("rollback", bucket, "--to", first, "--yes");
  expect(again).toMatchObject({ code: 0, document: { rolledBack: false, outcome: "left alone" } });
  expect(await json("rollback", bucket, "--yes")).toMatchObject({ code: 0, document: { weaker: [] } });
  expect(await aws.encryptionOf(bucket)).toMatchObject({ algorithm: "aws:kms", key });
  expect(await entriesOf(bucket)).toHaveLength(3);
});

describe("rollback changes nothing", () => {
  const refused = async (args: readonly string[], options: Parameters<typeof aws.run>[1] = {}) => {
    let stderr = "";
    const calls = await aws.callsOf(async () => {
      const ran = await aws.run(["rollback", ...args], options);
      expect(ran.code).toBe(1);
      ({ stderr } = ran);
    });
    expect(calls.filter(({ api }) => /^(Put|Transact)/.test(api ?? ""))).toEqual([]);
    return stderr;
  };

  test("without a yes", async () => {
    expect(await refused([await repaired("asked")])).toContain("use --yes");
  });

  test("to an event that is not there, or that found nothing that can be written", async () => {
    const bucket = await repaired("unknown", null);
    expect(await refused([bucket, "--to", "nothing", "--yes"])).toContain('has no event "nothing"');
    expect(await refused([bucket, "--yes"])).toContain("it does not say what the bucket showed");
    const managed = await repaired("managed", { ...aes, algorithm: "aws:fsx" });
    expect(await refused([managed, "--yes"])).toContain("an AWS service manages aws:fsx");
  });

  test("to what a former bucket of the same name showed", async () => {
    const bucket = await repaired("made-again");
    const entry = anEntry({
      id: "first-look",
      at: new Date().toISOString(),
      outcome: "left alone",
      was: null,
      after: null,
    });
    await saveState(ledger(), ref(bucket), await stateOf(bucket), { entry, days: 400 });
    expect(await refused([bucket, "--yes"])).toContain("tells of no write");
    expect(await refused([bucket, "--to", `alert-${bucket}`, "--yes"])).toContain(
      "is about a former bucket of this name",
    );
  });

  test("to a key that does not exist, or that cannot be used", async () => {
    const gone = key.replace(/[^/]+$/, "00000000-0000-4000-8000-000000000000");
    const bucket = await repaired("keyless", { ...aes, algorithm: "aws:kms", key: gone });
    expect(await refused([bucket, "--yes"])).toMatch(/"keyless" is held: the declared key .* does not exist/);
    const named = await repaired("misnamed", { ...aes, algorithm: "aws:kms", key: "alias/nowhere" });
    expect(await refused([named, "--yes"])).toContain("the key alias/nowhere does not exist");
  });

  test("while writes are paused", async () => {
    const bucket = await repaired("paused");
    await writePause(aws.root().ssm, stage.pauseParameter, "by dana: incident");
    expect(await refused([bucket, "--yes"])).toContain("writes are paused: by dana: incident: nothing is written");
    await writePause(aws.root().ssm, stage.pauseParameter, null);
  });

  test("by somebody who may not assume the operator role", async () => {
    const bucket = await repaired("guarded");
    const Action = ["ssm:*", "dynamodb:*", "s3:*", "kms:*"];
    const as = await aws.user("guest", [{ Effect: "Allow", Action, Resource: "*" }]);
    expect(await refused([bucket, "--yes"], { as })).toMatch(
      /^bucketseal: cannot assume the operator role .*sts:AssumeRole/,
    );
  });

  test.each([
    [["no/such", "--yes"], /is not a bucket's name/],
    [["nobody-here", "--yes"], /there is no bucket "nobody-here"/],
    [["rolled", "--for", "1y", "--yes"], /--for takes a time up to 30d/],
    [["rolled", "--for", "31d", "--yes"], /--for takes a time up to 30d/],
    [["rolled", "--for", "0h", "--yes"], /--for takes a time up to 30d/],
  ])("with %j", async (args, sentence) => {
    expect(await refused(args)).toMatch(sentence);
  });
});

test("a rollback whose write is refused leaves no exemption behind", async () => {
  const bucket = await repaired("denied");
  const Action = ["ssm:*", "dynamodb:GetItem", "dynamodb:Query", "s3:Get*", "s3:List*", "kms:*", "sts:*"];
  const as = await aws.user("reader", [{ Effect: "Allow", Action, Resource: "*" }]);
  const { code, stderr } = await aws.run(["rollback", bucket, "--yes"], { as });
  expect(code).toBe(1);
  expect(stderr).toMatch(/"denied" was not restored \(/);
  expect(await stateOf(bucket)).toMatchObject({ exemptUntil: null, due: null, outcome: "left alone" });
  expect(await entriesOf(bucket)).toHaveLength(1);
});
