import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, expect, test } from "vitest";
import { beginBackfill, lastBackfill, moveBackfill } from "#aws/backfill/backfills";
import { endRequest, noteRequest } from "#aws/backfill/requests";
import { saveState } from "#aws/ledger/bucket-state";
import { newBackfill } from "#core/backfill/backfill";
import { backfillMessage, windowStart } from "#core/backfill/messages";
import { unseen } from "#core/ledger/state";
import type { Deployment } from "#core/stage/deployment";
import { account, cloud } from "../cloud.ts";
import { deployStage } from "../deploy-stage.ts";
import { tempFile } from "../run-cli.ts";

const aws = cloud();
const updates = { env: { BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION: "on" } };
const ref = { partition: "aws", account, region: "us-east-1", bucket: "staged" };
let stage: Deployment;
let queueUrl = "";

const ledger = () => ({ dynamodb: aws.root().dynamodb, table: stage.ledgerTable });
const run = (...args: string[]) => aws.run(["backfill", ...args], updates);
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args, "--json");
  return { code, document: JSON.parse(stdout), stderr };
};

beforeAll(async () => {
  const { iam, s3, sqs, ssm } = aws.root();
  const key = await aws.key("s3-default");
  await s3.send(new CreateBucketCommand({ Bucket: ref.bucket }));
  await s3.send(new PutObjectCommand({ Bucket: ref.bucket, Key: "one", Body: "1" }));
  stage = await deployStage(aws.root(), account, "staging");
  const file = await tempFile(`version: 1
keys: { default: "${key}" }
rules:
  - { id: all, encryption: { algorithm: aws:kms, key: default }, mode: enforce, objects: { atRest: enforce } }
`);
  await aws.run(["push", file, "--yes"]);
  const closing = await tempFile(`version: 1
rules: [{ id: windows, encryption: { algorithm: AES256 }, objects: { atRest: observe, closeDriftWindows: true } }]
`);
  const pushed = await aws.run(["push", closing, "--yes"]);
  expect(pushed.stdout).toContain(
    'drift windows of "windows" are not closed by themselves, and alerts name the command',
  );
  const doctor = JSON.parse((await aws.run(["doctor", "--json"])).stdout);
  expect(JSON.stringify(doctor)).toContain(
    "deploy with BUCKETSEAL_BACKFILL=on, or take closeDriftWindows and backfillEvery out",
  );
  const often = await tempFile(`version: 1
rules: [{ id: often, encryption: { algorithm: AES256 }, objects: { atRest: observe, backfillEvery: 30d } }]
`);
  expect((await aws.run(["push", often, "--yes"])).stdout).toContain('backfillEvery of "often" begins nothing: stage');
  await aws.run(["push", file, "--yes"]);
  const without = await run("status", ref.bucket);
  expect(without.stderr).toContain("has no backfills: deploy it with BUCKETSEAL_BACKFILL=on");
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "staging-backfill" }));
  queueUrl = QueueUrl;
  const may = (principal: object, Action: string) => ({ Effect: "Allow", Action, ...principal });
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const trust = policy(may({ Principal: { AWS: `arn:aws:iam::${account}:root` } }, "sts:AssumeRole"));
  await iam.send(new CreateRoleCommand({ RoleName: "staging-people", AssumeRolePolicyDocument: trust }));
  const PolicyDocument = policy(may({ Resource: "*" }, "sqs:SendMessage"));
  await iam.send(new PutRolePolicyCommand({ RoleName: "staging-people", PolicyName: "send", PolicyDocument }));
  const backfillRoleArn = `arn:aws:iam::${account}:role/staging-people`;
  const Value = JSON.stringify({ ...stage, backfillRoleArn, backfillQueueUrl: queueUrl });
  const Name = "/bucketseal/staging/deployment";
  await ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
});

/** Takes the next message as the stage's function does, and writes into the ledger as it would. */
async function takeMessage(): Promise<string> {
  const { sqs } = aws.root();
  for (;;) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 1 }));
    const [message] = Messages ?? [];
    if (message === undefined) continue;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    const said = backfillMessage.parse(JSON.parse(message.Body ?? ""));
    const last = await lastBackfill(ledger(), ref);
    const now = Date.now();
    if (said.schema === "bucketseal.backfill-start/1") {
      const { by, prefix, versions, since, until } = said;
      const selection = { prefix, versions, since, until };
      const given = { id: `run-${now}`, ref, by, message: message.MessageId ?? "", selection };
      await beginBackfill(ledger(), newBackfill(given, now), last);
    }
    if (said.schema === "bucketseal.backfill-move/1" && last !== null) {
      const to = ({ pause: "paused", resume: "running", cancel: "cancelled" } as const)[said.to];
      await moveBackfill(ledger(), last, { from: ["listing", "running", "paused", "failed"], to, now });
    }
    return said.schema;
  }
}

test("a stage's backfill is started once, shown, paused, resumed, followed and cancelled", async () => {
  const none = await run("status", ref.bucket);
  expect(none.stderr).toContain('the bucket "staged" has had no backfill');

  const [started, message] = await Promise.all([json(ref.bucket, "--apply", "--yes"), takeMessage()]);
  expect(message).toBe("bucketseal.backfill-start/1");
  expect(started).toMatchObject({
    code: 0,
    document: { schema: "bucketseal.backfill-run/1", buckets: [{ bucket: "staged", state: "listing" }] },
  });
  const [{ id, by }] = started.document.buckets;
  expect(by).toContain(":user/dana");

  const joined = await json(ref.bucket, "--apply", "--yes");
  expect(joined.document.buckets[0].id).toBe(id);

  const [paused] = await Promise.all([json("pause", ref.bucket), takeMessage()]);
  expect(paused.document).toMatchObject({ id, state: "paused" });
  const twice = await run("pause", ref.bucket);
  expect(twice.stderr).toContain('nothing to pause: the bucket "staged" has a backfill that is paused');

  const watched = await json("status", ref.bucket, "--watch");
  expect(watched).toMatchObject({ code: 2, document: { id, state: "paused" } });

  const [resumed] = await Promise.all([json("resume", ref.bucket), takeMessage()]);
  expect(resumed.document).toMatchObject({ id, state: "running" });
  const why = "the bucket cannot be listed: AccessDenied";
  await moveBackfill(ledger(), { ref, id }, { from: ["running"], to: "failed", now: Date.now(), why });
  const failed = await run("status", ref.bucket, "--watch");
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining(`because ${why}`) });
  const [again] = await Promise.all([json("resume", ref.bucket), takeMessage()]);
  expect(again.document).toMatchObject({ id, state: "running", why: null });
  const [cancelled] = await Promise.all([run("cancel", ref.bucket), takeMessage()]);
  expect(cancelled.stdout).toContain("staged  us-east-1  cancelled");
  expect(cancelled.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("windows are shown with what became of them, and a start waits for the one that is looked after", async () => {
  const drift = { id: "w1", kind: "drift", from: "2026-11-21T08:00:00Z", to: "2026-11-21T08:10:00Z" } as const;
  const { by, window, ...selection } = windowStart(ref, "the function", drift, "current");
  const noted = { by, selection, window: window ?? null };
  await noteRequest(ledger(), ref, { id: "w1", ...noted }, Date.now());
  const gap = { ...drift, id: "w2", kind: "gap", to: "2026-11-21T09:00:00Z" } as const;
  await noteRequest(ledger(), ref, { id: "w2", ...noted, window: gap }, Date.now());
  const begun = newBackfill({ id: "closing", ref, by, message: "m", selection, windows: [drift] }, Date.now());
  await beginBackfill(ledger(), begun, await lastBackfill(ledger(), ref), ["w1"]);
  const closing = { id: "w3", versions: "current", isAsked: true } as const;
  const windows = [
    { algorithm: "AES256", from: null, to: "2026-11-21T07:00:00Z", key: null },
    { algorithm: "AES256", from: "2026-11-21T07:00:00Z", to: "2026-11-21T07:30:00Z", key: null, closing },
    { algorithm: "AES256", ...drift, key: null, closing: { ...closing, id: "w1" } },
  ];
  await saveState(ledger(), ref, { ...unseen, outcome: "left alone", driftWindows: windows });

  const waits = await run(ref.bucket, "--apply", "--yes");
  expect(waits.stdout).toContain("backfill of staged: begins after closing, which closes a window of drift");
  expect(await takeMessage()).toBe("bucketseal.backfill-start/1");
  await endRequest(
    ledger(),
    ref,
    { id: "w1", backfill: "closing" },
    { state: "closed", ended: "2026-11-21T08:20:00Z" },
  );
  const shown = await run("status", ref.bucket);
  expect(shown.stdout.split("windows\n")[1]?.split("\n")).toEqual([
    "  open        drift  (not known) to 2026-11-21T07:00:00Z",
    "  asked       drift  2026-11-21T07:00:00Z to 2026-11-21T07:30:00Z",
    "  closed      drift  2026-11-21T08:00:00Z to 2026-11-21T08:10:00Z",
    "              by backfill closing at 2026-11-21T08:20:00Z",
    "  waiting     gap  2026-11-21T08:00:00Z to 2026-11-21T09:00:00Z",
    "",
  ]);
  const { stdout } = await aws.run(["history", ref.bucket, "--since", "2026-11-21T08:00:00Z", "--json"]);
  expect(JSON.parse(stdout).windows).toMatchObject([
    { kind: "drift", state: "closed", backfill: "closing", ended: "2026-11-21T08:20:00Z" },
    { kind: "gap", state: "waiting", backfill: null },
  ]);
});

test("a policy file is not a stage's: --apply needs --local", async () => {
  const { code, stderr } = await run(ref.bucket, "--policy", "policy.yaml", "--apply");
  expect(code).toBe(1);
  expect(stderr).toContain("a stage goes by its own policy: with --policy, --apply needs --local");
});
