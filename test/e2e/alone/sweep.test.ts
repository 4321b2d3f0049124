import { DeleteBucketCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import { parseDocument, type YAMLSeq } from "yaml";
import { findDeployments } from "#aws/ssm/deployment";
import { tempFile } from "../../cli/run-cli.ts";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import { assume } from "../../support/e2e/redrive.ts";
import {
  aliceArn,
  bucketseal,
  callsOn,
  declared,
  encryptionOf,
  nameOf,
  newBucket,
  outcomeOf,
  putEncryption,
  sealedBucket,
  soon,
  stateOf,
  story,
  succeeds,
} from "../../support/e2e/story.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { isSoak } from "../../support/soak.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

interface Swept {
  readonly run: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
}

async function sweep(): Promise<Swept> {
  const run = await bucketseal(e2e, ["sweep", "--json"]);
  expect([0, 2], run.stderr).toContain(run.code);
  return JSON.parse(run.stdout) as Swept;
}

/** Events that were lost since events are. */
async function lostEvents(): Promise<number> {
  const [fault] = (await (await fetch(`${sandbox.endpoint}/_bucketseal/faults`)).json()) as { hits: number }[];
  return fault?.hits ?? 0;
}

/** Denies the functions' roles to change a bucket's encryption, as a guardrail would. */
async function denyToFunctions(Bucket: string): Promise<void> {
  const Statement = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutEncryptionConfiguration",
    Resource: `arn:aws:s3:::${Bucket}`,
    Condition: { ArnNotLike: { "aws:PrincipalArn": [aliceArn] } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await root.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

test("a sweep repairs a bucket whose event was lost, finds one it has never seen, and closes what was deleted", async () => {
  const [broken, deleted, quiet] = await Promise.all([
    sealedBucket(e2e, "e2e-sweep-broken"),
    sealedBucket(e2e, "e2e-sweep-deleted"),
    sealedBucket(e2e, "e2e-sweep-quiet"),
  ]);
  const before = await stateOf(e2e, quiet);
  const unseen = await withFaults(sandbox.endpoint, [{ kind: "eventLost" }], async () => {
    await putEncryption(alice, broken, { algorithm: "AES256" });
    await alice.s3.send(new DeleteBucketCommand({ Bucket: deleted }));
    const bucket = await newBucket(alice, "e2e-sweep-unseen");
    // An event is lost when it would be sent, which on a busy machine takes its time.
    await soon(lostEvents, (lost) => lost >= 3);
    return bucket;
  });
  const reads = (await callsOn(e2e, quiet)).length;

  const { run, state, counts } = await sweep();
  expect(state).toBe("done");
  expect(counts.repaired).toBeGreaterThanOrEqual(2);
  expect(counts.gone).toBeGreaterThanOrEqual(1);
  for (const bucket of [broken, unseen]) expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
  expect((await outcomeOf(e2e, deleted, "gone")).outcome).toBe("gone");

  // Reads, and no write, of a bucket as declared; a look after its own creation may still come.
  const apis = (await callsOn(e2e, quiet)).slice(reads).map(({ api }) => api);
  expect(new Set(apis)).toEqual(new Set(["GetBucketEncryption"]));
  expect(await stateOf(e2e, quiet)).toEqual(before);
  const told = (await alerts.all()).filter((alert) => alert.run?.id === run);
  expect(told.map((alert) => alert.run)).toMatchObject([{ kind: "sweep", state: "done", counts }]);
});

test.runIf(isSoak)(
  "a push has the buckets repaired that it concerns, without an event, and stops where too much is held",
  async () => {
    const { stdout } = await succeeds(e2e, ["policy", "show", "--json"]);
    const { source, version } = JSON.parse(stdout) as { source: string; version: number };
    const enforced = { algorithm: "aws:kms", key: "default", bucketKey: true };
    const put = async (rules: readonly object[]) => {
      const document = parseDocument(source);
      (document.get("rules") as YAMLSeq).items.unshift(...rules.map((rule) => document.createNode(rule)));
      await succeeds(e2e, ["push", await tempFile(String(document)), "--yes"]);
    };
    const watched = { id: "push-watched", match: { buckets: ["pushed-*"] }, encryption: enforced };
    await put([{ ...watched, mode: "observe" }]);
    const names = await Promise.all(Array.from({ length: 12 }, () => newBucket(alice, "pushed")));
    await Promise.all(names.map((name) => outcomeOf(e2e, name, "reported", 60)));
    const [quiet = "", broken = ""] = names;
    const calls = (await callsOn(e2e, quiet)).length;
    const runs = async () => (await alerts.all()).flatMap(({ run }) => (run?.kind === "push" ? [run] : []));
    try {
      await put([{ ...watched, mode: "enforce", encryption: { ...enforced, key: "missing" } }]);
      const [halted] = await soon(runs, (found) => found.some(({ state }) => state === "halted"), 40).then((found) =>
        found.filter(({ state }) => state === "halted"),
      );
      expect(halted?.counts.held).toBeGreaterThanOrEqual(10);
      const resumed = await succeeds(e2e, ["resume", "--json"]);
      expect(JSON.parse(resumed.stdout)).toMatchObject({ run: halted?.id });
      await Promise.all(names.map((name) => outcomeOf(e2e, name, "held", 40)));

      await put([{ ...watched, mode: "enforce" }]);
      await soon(
        () => encryptionOf(alice, broken),
        (rule) => rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID === sandbox.keyArn,
        40,
      );
      expect((await callsOn(e2e, quiet)).slice(calls).map(({ api }) => api)).toContain("GetBucketEncryption");
    } finally {
      await succeeds(e2e, ["policy", "rollback", String(version), "--yes"]);
    }
  },
  200_000,
);

test.each([
  ["sweep", "sweepQueueUrl", "bucketseal.start/1"],
  ["lane", "laneQueueUrl", "bucketseal.batch/1"],
] as const)(
  "a message that is none is dead-lettered with its cause, and dropped by the start role: %s",
  async (queue, url, schema) => {
    const [deployment] = await findDeployments(root.ssm);
    const { sqs } = await assume(e2e, deployment?.startRoleArn ?? "", "e2e");
    const poison = { schema, kind: nameOf("nobody") };
    await sqs.send(new SendMessageCommand({ QueueUrl: deployment?.[url], MessageBody: JSON.stringify(poison) }));
    const list = async () => (await bucketseal(e2e, ["dead-letters", "list", "--queue", queue, "--json"])).stdout;
    const listed = await soon(list, (found) => found.includes('"malformed"'));
    const { letters } = JSON.parse(listed) as { letters: { id: string; cause: string }[] };
    expect(letters).toHaveLength(1);
    expect(letters[0]?.cause).toContain("a message of Bucketseal's own: ");
    await succeeds(e2e, ["dead-letters", "drop", letters[0]?.id ?? "", "--queue", queue, "--yes"]);
  },
);

test("a digest tells in one alert what happened, and by a second message of its schedule nothing more", async () => {
  const [deployment] = await findDeployments(root.ssm);
  const { sqs } = await assume(e2e, deployment?.startRoleArn ?? "", "e2e");
  const bucket = await sealedBucket(e2e, "e2e-digest");
  const at = new Date().toISOString();
  const told = async () => (await alerts.all()).flatMap(({ digest }) => (digest?.to === at ? [digest] : []));
  const message = JSON.stringify({ schema: "bucketseal.digest/1", at });
  for (const _ of [1, 2]) {
    await sqs.send(new SendMessageCommand({ QueueUrl: deployment?.sweepQueueUrl, MessageBody: message }));
    await soon(told, (found) => found.length > 0, 40);
  }
  const [digest] = await told();
  expect(digest?.changes.changed).toBeGreaterThanOrEqual(1);
  expect(digest?.changed.map((each) => each.bucket)).toContain(bucket);
});

test("two starts make one sweep, which both follow, although its function fails at first; neither tries what was refused", async () => {
  const denied = await sealedBucket(e2e, "e2e-sweep-denied");
  await denyToFunctions(denied);
  await putEncryption(alice, denied, { algorithm: "AES256" });
  await outcomeOf(e2e, denied, "held");
  const [deployment] = await findDeployments(root.ssm);
  const failing = {
    kind: "error500",
    service: "dynamodb",
    function: deployment?.sweepFunction ?? "",
    times: 8,
  } as const;
  const [one, other] = await withFaults(sandbox.endpoint, [failing], () => Promise.all([sweep(), sweep()]));
  // The second may also come after the first has ended: then it is one of its own, and finds the
  // same.
  expect([one.state, other.state]).toEqual(["done", "done"]);
  expect(one.counts.seen).toBe(other.counts.seen);
  // What somebody's policy refused was tried once and told once; the sweeps left it.
  const tried = (await callsOn(e2e, denied)).filter(
    ({ api, status }) => api === "PutBucketEncryption" && status === 403,
  );
  expect(tried).toHaveLength(1);
  expect((await alerts.about(denied)).map(({ outcome }) => outcome)).toEqual(["changed", "held"]);
});
