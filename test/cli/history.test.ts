import { DeleteQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { saveState } from "#aws/ledger/bucket-state";
import { writeLast } from "#aws/runs/pointers";
import type { HistoryEntry } from "#core/ledger/history";
import { unseen } from "#core/ledger/state";
import type { Deployment } from "#core/stage/deployment";
import { noCounts } from "#core/sweep/counts";
import { anEntry } from "../support/core/history.ts";
import { account, cloud } from "./cloud.ts";
import { deployStage } from "./deploy-stage.ts";

const aws = cloud();
const region = "us-east-1";
let stage: Deployment;

const ref = (bucket: string) => ({ partition: "aws", account, region, bucket });
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const json = async (...args: string[]) => {
  const { code, stdout } = await aws.run([...args, "--json"]);
  return { code, document: JSON.parse(stdout) };
};

/** Writes entries of a bucket's history, oldest first. */
async function remember(bucket: string, ...entries: readonly HistoryEntry[]): Promise<void> {
  let state = unseen;
  for (const entry of entries) {
    const next = { ...state, outcome: entry.outcome, rule: entry.rule, since: entry.at };
    const ledger = { dynamodb: aws.root().dynamodb, table: stage.ledgerTable };
    state = (await saveState(ledger, ref(bucket), next, { entry, days: 400 })) ?? state;
  }
}

const someone = (arn: string, changes: Partial<HistoryEntry> = {}) =>
  anEntry({ ...changes, actor: { ...(anEntry().actor as NonNullable<HistoryEntry["actor"]>), arn, session: null } });

beforeAll(async () => {
  stage = await deployStage(aws.root(), account, "dev");
  const role = `arn:aws:sts::${account}:assumed-role/pipeline`;
  await remember(
    "invoices",
    someone(`arn:aws:iam::${account}:user/alice`, { id: "first", at: ago(72) }),
    someone(`${role}/run-1`, { id: "second", at: ago(5), outcome: "held", after: null }),
    someone(`${role}/run-2\u001b[31m`, { id: "third", at: ago(4) }),
  );
  await remember("orders", anEntry({ id: "quiet", at: ago(2), outcome: "left alone", actor: null, event: null }));
  const cloudformation = {
    ...(anEntry().actor as NonNullable<HistoryEntry["actor"]>),
    invokedBy: "cloudformation.amazonaws.com",
  };
  await remember("payroll", anEntry({ id: "made", at: ago(1), rule: "strict", actor: cloudformation }));
});

describe("history", () => {
  test("shows who did what, newest first, within 80 columns but for what has no room in them", async () => {
    const { code, stdout } = await aws.run(["history", "invoices"]);
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines.filter((line) => /^\d{4}-/.test(line)).map((line) => line.slice(20))).toEqual([
      "  changed",
      "  held",
      "  changed",
    ]);
    expect(stdout).toContain("    by alice, PutBucketEncryption, rule baseline\n");
    expect(stdout).toContain("    found AES256, bucket key off, SSE-C blocked\n");
    expect(stdout).toContain("    wrote aws:kms, bucket key on, SSE-C blocked\n");
    expect(stdout).toContain("    because algorithm: AES256, declared aws:kms\n    event third\n");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toMatch(/\n3 entries\n$/);
    expect(lines.filter((line) => line.length > 80 && !line.includes("arn:"))).toEqual([]);
  });

  test("ends with --since and --limit", async () => {
    const since = await json("history", "invoices", "--since", "6h");
    expect(since.document.entries.map(({ id }: HistoryEntry) => id)).toEqual(["third", "second"]);
    expect(since.document).toMatchObject({ stage: "dev", bucket: "invoices", more: false });
    const limited = await json("history", "s3://invoices", "--limit", "1");
    expect(limited.document).toMatchObject({ more: true, entries: [{ id: "third" }] });
  });

  test("of a bucket that nobody knows says so", async () => {
    expect(await aws.run(["history", "nobody"])).toMatchObject({
      code: 0,
      stdout: "nothing is known of nobody in us-east-1\n",
    });
  });

  test.each([
    [["history"], /BUCKET/],
    [["history", "no/such"], /"no\/such" is not a bucket's name/],
    [["history", "invoices", "--since", "yesterday"], /"yesterday" is no time; expected for example 90m/],
    [["history", "invoices", "--since", "2999-01-01"], /"2999-01-01" is a time to come/],
    [["history", "invoices", "--since", "2026-13-45"], /"2026-13-45" is no time/],
    [["history", "invoices", "--limit", "0"], /--limit takes a number from 1 to 10000, not "0"/],
    [["drift", "--since", "9000d"], /"9000d" is more than 400 days ago/],
    [["drift", "--since", ""], /"" is no time/],
  ])("%j is refused in one sentence", async (args, sentence) => {
    const { code, stdout, stderr } = await aws.run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(sentence);
  });
});

describe("drift", () => {
  test("counts by actor, whatever a role's sessions are called, by service and by rule", async () => {
    const { code, document } = await json("drift");
    expect(code).toBe(0);
    const counts = (list: { name: string; times: number; buckets: number }[]) =>
      list.map(({ name, times, buckets }) => [name.split("/").at(-1), times, buckets]);
    expect(document).toMatchObject({ stage: "dev", region, account, times: 4, buckets: 2 });
    expect(counts(document.actors)).toEqual([
      ["alice", 2, 2],
      ["pipeline", 2, 1],
    ]);
    expect(counts(document.services)).toEqual([
      ["directly", 3, 1],
      ["cloudformation.amazonaws.com", 1, 1],
    ]);
    expect(counts(document.rules)).toEqual([
      ["baseline", 3, 1],
      ["strict", 1, 1],
    ]);
  });

  test("of a shorter time is less, and its tables fit into 80 columns", async () => {
    const { stdout } = await aws.run(["drift", "--since", "6h"]);
    expect(stdout).toMatch(/^3 times, 2 buckets since 20/);
    expect(stdout).toMatch(/^times {2}buckets {2}last {18}actor\n2 {6}1 {8}20\S+Z {2}assumed-role\/pipeline$/m);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("of a time in which nothing happened says so", async () => {
    const { stdout } = await aws.run(["drift", "--since", "1s"]);
    expect(stdout).toMatch(/^every bucket was found as declared since 20/);
  });

  test("asks the index, and never scans", async () => {
    const calls = await aws.callsOf(() => aws.run(["drift", "--since", "24h"]));
    expect(new Set(calls.flatMap(({ service, api }) => (service === "dynamodb" ? [api] : [])))).toEqual(
      new Set(["Query"]),
    );
  });
});

describe("status", () => {
  test("counts the buckets by outcome, rule and account, and names those that wait longest", async () => {
    await remember("waiting", anEntry({ at: ago(30), outcome: "held" }));
    await remember("unread", anEntry({ at: ago(40), outcome: "unreadable", rule: null }));
    await remember("former", anEntry({ at: ago(50), outcome: "gone" }));
    const { document } = await json("status");
    expect(document.buckets).toMatchObject({
      known: 5,
      outcomes: { changed: 2, held: 1, "left alone": 1, unreadable: 1 },
      rules: { baseline: 3, strict: 1, "(none)": 1 },
      accounts: { [account]: 5 },
      oldest: [{ bucket: "unread" }, { bucket: "waiting" }],
    });
    const { stdout } = await aws.run(["status"]);
    expect(stdout).toContain("buckets  5 known: 2 changed, 1 held, 1 left alone, 1 unreadable\n");
    expect(stdout).toContain("rules    3 baseline, 1 (none), 1 strict\n");
    expect(stdout).toMatch(
      /^since {16}waits for a person {2}rule {6}bucket\n20\S+ {2}unreadable {10}\(none\) {4}unread\n/m,
    );
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("shows of many that wait the oldest", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `many-${index}`);
    await Promise.all(names.map((name, index) => remember(name, anEntry({ at: ago(100 + index), outcome: "failed" }))));
    const { document } = await json("status");
    expect(document.buckets.oldest.map(({ bucket }: { bucket: string }) => bucket)).toEqual(names.slice(-5).reverse());
    expect(document.buckets.outcomes.failed).toBe(12);
  });

  const ledger = () => ({ dynamodb: aws.root().dynamodb, table: stage.ledgerTable });
  const shown = async () => ({ ...(await json("status")), text: (await aws.run(["status"])).stdout });

  test("shows the last sweep: when it ended, how long it took, what it found", async () => {
    expect(await shown()).toMatchObject({
      document: { sweep: null },
      text: expect.stringContaining("\nsweep    none has ended yet\n"),
    });
    const counts = {
      ...noCounts,
      seen: 100_000,
      repaired: 12_000,
      reported: 1_000,
      held: 20_000,
      unreadable: 4,
      gone: 7,
    };
    const last = { run: "run-1", by: "schedule", started: ago(2.5), ended: ago(2), counts };
    await writeLast(ledger(), { account, region }, "sweep", last);
    const { document, text } = await shown();
    expect(document.sweep).toEqual(last);
    expect(text).toContain(
      `\nsweep    ended ${last.ended}, 2 h ago, took 30 min\n         100000 seen, 12000 repaired, 1000 reported, 20000 held\n         4 unreadable, 7 gone\n`,
    );
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("shows how full the queues are, dead letters by queue, and what it cannot read as unknown", async () => {
    const empty = { waiting: 0, dead: 0 };
    expect(await shown()).toMatchObject({
      document: {
        queues: [
          { queue: "bucket", ...empty },
          { queue: "object", ...empty },
        ],
      },
      text: expect.stringContaining("\nwaiting  0 bucket, 0 object\ndead     none\n"),
    });
    const send = (QueueUrl: string) => aws.root().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
    await Promise.all([stage.eventQueueUrl, stage.eventQueueUrl, stage.undeliveredQueueUrl].map(send));
    await aws.root().sqs.send(new DeleteQueueCommand({ QueueUrl: stage.objectDeadLetterQueueUrl }));
    const { code, document, text } = await shown();
    expect(document.queues).toEqual([
      { queue: "bucket", waiting: 2, dead: 1 },
      { queue: "object", waiting: 0, dead: null },
    ]);
    expect(text).toContain("\nwaiting  2 bucket, 0 object\ndead     1 bucket, unknown object\n");
    expect(code).toBe(0);
  });

  test("goes on where the queues may not be read", async () => {
    const actions = ["sts:GetCallerIdentity", "ssm:*", "dynamodb:*"];
    const as = await aws.user("no-queues", [{ Effect: "Allow", Action: actions, Resource: "*" }]);
    const { code, stdout } = await aws.run(["status"], { as });
    expect(stdout).toContain("\nwaiting  unknown bucket, unknown object\ndead     unknown bucket, unknown object\n");
    expect(code).toBe(0);
  });
});
