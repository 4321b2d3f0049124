import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { account, cloud } from "../cloud.ts";
import { tempFile } from "../run-cli.ts";
import { runInTerminal } from "../run-in-terminal.ts";

const aws = cloud();
const updates = { env: { BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION: "on" } };
const customerKey = { SSECustomerAlgorithm: "AES256", SSECustomerKey: "k".repeat(32) };
let key = "";
let other = "";

const policyOf = (objects: string) =>
  tempFile(`version: 1
keys: { default: "${key}" }
rules:
  - id: baseline
    match: { except: { buckets: ["elsewhere-*"] } }
    encryption: { algorithm: aws:kms, key: default, bucketKey: true }
    mode: enforce
    objects: { ${objects} }
`);

async function bucketOf(name: string, { versioned = false, locked = false } = {}): Promise<string> {
  const { s3 } = aws.root();
  await s3.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: locked }));
  const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] } }];
  await s3.send(new PutBucketEncryptionCommand({ Bucket: name, ServerSideEncryptionConfiguration: { Rules } }));
  if (versioned || locked) {
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
  }
  return name;
}

const put = (Bucket: string, Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  aws.root().s3.send(new PutObjectCommand({ Bucket, Key, Body: `bytes of ${Key}`, ...more }));
const underKey = (arn: string, bucketKey = true) =>
  ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: arn, BucketKeyEnabled: bucketKey }) as const;
const headOf = (Bucket: string, Key: string, VersionId?: string) =>
  aws.root().s3.send(new HeadObjectCommand({ Bucket, Key, ...(VersionId ? { VersionId } : {}) }));
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await aws.run(["backfill", ...args, "--json"], updates);
  return { code, document: JSON.parse(stdout), stderr };
};

beforeAll(async () => {
  key = await aws.key("s3-default");
  const { KeyMetadata } = await aws.root().kms.send(new CreateKeyCommand({}));
  other = KeyMetadata?.Arn ?? "";
});

const oddKeys = ["a\nb", `"quoted" 'twice'`, "ünï/çødé 日本 🔒", "a+b %2B&<c>", " leading", "..//.", "\u0001control"];

describe("a bucket of every kind of object", () => {
  const bucket = "mixed";
  let file = "";
  let first = "";

  beforeAll(async () => {
    file = await policyOf("atRest: enforce, versions: all");
    await bucketOf(bucket, { locked: true });
    first = (await put(bucket, "doc")).VersionId ?? "";
    await put(bucket, "doc", underKey(key));
    await put(bucket, "right", underKey(key));
    await put(bucket, "other-key", underKey(other));
    await put(bucket, "bucket-key", underKey(key, false));
    await put(bucket, "dsse", { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: key });
    await put(bucket, "sse-c", customerKey);
    await put(bucket, "locked", {
      ObjectLockMode: "COMPLIANCE",
      ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000),
    });
    await put(bucket, "cold", { StorageClass: "GLACIER" });
    await put(bucket, "empty", { Body: "" });
    await put(bucket, "deleted");
    await aws.root().s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "deleted" }));
    for (const odd of oddKeys) await put(bucket, odd);
  });

  test("is planned: counts by state and by what would be done, and nothing is written", async () => {
    let planned = await json("mixed", "--policy", file);
    const calls = await aws.callsOf(async () => {
      planned = await json("mixed", "--policy", file);
    });
    const { code, document } = planned;
    expect(code).toBe(2);
    expect(document).toMatchObject({
      schema: "bucketseal.backfill-plan/1",
      buckets: [
        {
          bucket,
          rule: "baseline",
          mode: "enforce",
          selection: { versions: "all" },
          listed: 18,
          looked: 18,
          states: {
            "as declared": 2,
            "SSE-S3": 5 + oddKeys.length,
            "other key": 1,
            "bucket key differs": 1,
            DSSE: 1,
            "SSE-C": 1,
          },
          traits: { locked: 1, archived: 1, noncurrent: 2 },
          todo: { "left alone": 2, held: 3, update: 6 + oddKeys.length },
          lane: "listed",
        },
      ],
    });
    const [{ reasons, cost }] = document.buckets;
    expect(Object.keys(reasons).sort()).toEqual(["object-locked", "object-sse-c", "stronger"]);
    expect(cost.requests).toMatchObject({ list: 1, look: 18 + 13, update: 13, copy: 0 });
    expect(calls.filter(({ api }) => /^(Put|Update|Copy|Delete)/.test(api))).toEqual([]);
    expect(calls.filter(({ api }) => api === "ListObjectVersions")).toHaveLength(1);
  });

  test("as text, in 80 columns", async () => {
    const { stdout, code } = await aws.run(["backfill", bucket, "--policy", file], updates);
    expect(code).toBe(2);
    expect(stdout).toContain("mixed  us-east-1  rule baseline");
    expect(stdout).toMatch(/ 13 {2}updated in place, no byte moves/);
    expect(stdout).toMatch(/ 3 {2}held/);
    expect(stdout).toContain("nothing was written");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("--local --apply brings it to what is declared; bytes and versions stay, a second run has nothing to do", async () => {
    const before = await aws.root().s3.send(new GetObjectCommand({ Bucket: bucket, Key: "a\nb" }));
    const { code, document } = await json(bucket, "--policy", file, "--local", "--apply", "--yes");
    expect(code).toBe(2);
    expect(document).toMatchObject({
      schema: "bucketseal.backfill-local/1",
      buckets: [
        {
          state: "done",
          looked: 18,
          outcomes: { changed: 13, held: 3, "left alone": 2 },
          how: { update: 13 },
          movedBytes: 0,
        },
      ],
    });
    const after = await aws.root().s3.send(new GetObjectCommand({ Bucket: bucket, Key: "a\nb" }));
    expect(await after.Body?.transformToString()).toBe("bytes of a\nb");
    expect([after.VersionId, after.ETag]).toEqual([before.VersionId, before.ETag]);
    for (const odd of [...oddKeys, "empty", "cold", "bucket-key", "other-key"]) {
      expect(await headOf(bucket, odd)).toMatchObject({ SSEKMSKeyId: key, BucketKeyEnabled: true });
    }
    expect(await headOf(bucket, "doc", first)).toMatchObject({ SSEKMSKeyId: key });
    expect(await headOf(bucket, "locked")).toMatchObject({ ServerSideEncryption: "AES256" });

    const again = await json(bucket, "--policy", file, "--local", "--apply", "--yes");
    expect(again.document.buckets[0].outcomes).toEqual({ held: 3, "left alone": 15 });
  });
});

describe("what is asked for", () => {
  const bucket = "parts";
  let file = "";

  beforeAll(async () => {
    file = await policyOf("atRest: enforce");
    await bucketOf(bucket, { versioned: true });
    await put(bucket, "a/1");
    await put(bucket, "a/1");
    await put(bucket, "a/2");
    await put(bucket, "b/1");
    await bucketOf("under-customer-key", { versioned: true });
    await put("under-customer-key", "only", customerKey);
    await bucketOf("stopped");
    for (let each = 0; each < 40; each++) await put("stopped", `n/${each}`);
  });

  const listed = async (...args: string[]) =>
    (await json(bucket, "--policy", file, ...args)).document.buckets[0].listed;

  test("current versions, a prefix, a time", async () => {
    expect(await listed()).toBe(3);
    expect(await listed("--prefix", "a/")).toBe(2);
    expect(await listed("--since", "1h")).toBe(3);
    expect(await listed("--until", "1h")).toBe(0);
    expect(await listed("--since", "2020-01-01", "--until", "2020-02-01")).toBe(0);
  });

  test("a sample is looked at, and said to be one", async () => {
    const { document } = await json(bucket, "--policy", file, "--sample", "2");
    expect(document.buckets[0]).toMatchObject({ listed: 3, looked: 2 });
    expect(document.buckets[0].cost.requests).toMatchObject({ update: 3 });
    const { stdout } = await aws.run(["backfill", bucket, "--policy", file, "--sample", "2"], updates);
    expect(stdout).toContain("3 objects listed, 2 of them, picked at random, looked at");
  });

  test("an object under SSE-C is held, not left out, where only current versions are asked for", async () => {
    const { document } = await json("under-customer-key", "--policy", file);
    expect(document.buckets[0]).toMatchObject({ listed: 1, states: { "SSE-C": 1 }, traits: {}, todo: { held: 1 } });
  });

  test("a terminal is asked, shown rate and time left, and Ctrl-C stops cleanly; the next run goes on", async () => {
    const env = {
      ...updates.env,
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: "test",
    };
    const apply = ["backfill", "stopped", "--policy", file, "--local", "--apply"];
    const asked = await runInTerminal(apply, env, { prompt: "[y/N]", answer: "n\n" });
    expect(asked.screen).toContain("Write 40 objects? [y/N]");
    expect(asked.screen).toContain("nothing was written");
    expect(asked.code).toBe(2);

    const slow = [...apply, "--yes", "--rate", "10"];
    const stopped = await runInTerminal(slow, env, { prompt: "changed", answer: "\u0003" });
    expect(stopped.code).toBe(130);
    expect(stopped.screen).toContain("stopped: the same command goes on with what is left");
    expect(stopped.screen).toMatch(/stopped: \d+ of 40 {2}[\d.]+\/s, \d+ s left {2}\d+ changed/);

    const [, key = ""] = /--start-after (n\/\d+) looks at nothing twice/.exec(stopped.screen) ?? [];
    const left = await json("stopped", "--policy", file, "--start-after", key);
    const names = Array.from({ length: 40 }, (_, each) => `n/${each}`);
    expect(left.document.buckets[0].listed).toBe(names.filter((name) => name > key).length);
    expect((await headOf("stopped", key)).ServerSideEncryption).toBe("aws:kms");

    const { code, document } = await json("stopped", "--policy", file, "--local", "--apply", "--yes");
    expect(code).toBe(0);
    const { changed, "left alone": before } = document.buckets[0].outcomes;
    expect(changed + before).toBe(40);
    expect(before).toBeGreaterThan(0);
  });

  test("two buckets, one of which no rule covers", async () => {
    await bucketOf("elsewhere-1");
    const { document, stderr } = await json(bucket, "elsewhere-1", "--policy", file);
    expect(document.buckets).toHaveLength(1);
    expect(stderr).toContain('nothing to do in the bucket "elsewhere-1": no rule matches');
  });

  test("a rule that only observes has nothing written", async () => {
    const observing = await policyOf("atRest: observe");
    const { document } = await json(bucket, "--policy", observing);
    expect(document.buckets[0]).toMatchObject({ mode: "observe", observed: 3, todo: { update: 3 } });
    const applied = await json(bucket, "--policy", observing, "--local", "--apply", "--yes");
    expect(applied.code).toBe(2);
    expect(applied.document.buckets[0].outcomes).toEqual({ reported: 3 });
    expect(await headOf(bucket, "a/1")).toMatchObject({ ServerSideEncryption: "AES256" });
  });

  test("without rights to look, nothing is called as declared", async () => {
    const sentence = (Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });
    const blind = await aws.user("blind", [sentence(["s3:ListBucket", "s3:ListBucketVersions", "kms:*", "sts:*"])]);
    const { code, stdout } = await aws.run(["backfill", bucket, "--policy", file, "--json"], { ...updates, as: blind });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).buckets[0].states).toEqual({ unreadable: 3 });
  });

  test("outside AWS nothing is updated unless it is switched on", async () => {
    const { stdout } = await aws.run(["backfill", bucket, "--policy", file, "--json"]);
    expect(JSON.parse(stdout).buckets[0]).toMatchObject({ todo: { held: 3 }, reasons: { "update-unavailable": {} } });
  });

  test.each([
    ["no bucket", [], /needs BUCKET/],
    ["no such bucket", ["nowhere"], /there is no bucket "nowhere"/],
    ["a bucket's wildcard", ["par*"], /wildcards are not understood/],
    ["versions", [bucket, "--versions", "old"], /--versions takes current or all, not "old"/],
    ["more versions than the rule covers", [bucket, "--versions", "all"], /rule baseline covers only current versions/],
    ["a time", [bucket, "--since", "yesterday"], /"yesterday" is no time/],
    ["no time between", [bucket, "--since", "1h", "--until", "2h"], /--since must be earlier than --until/],
    ["a sample", [bucket, "--sample", "0"], /--sample takes a number from 1 to/],
    ["a rate", [bucket, "--rate", "-1"], /--rate takes a number from 1 to/],
    ["a sample that writes", [bucket, "--sample", "5", "--local", "--apply"], /--sample is for a plan/],
    ["an answer without a question", [bucket, "--yes"], /--yes answers the question of --apply/],
  ])("%s: one sentence", async (_, args, said) => {
    const { code, stderr } = await aws.run(["backfill", ...args, "--policy", file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(said);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("an object of more than 5 GB that needs a copy: held and told how to allow it, or counted as a multipart copy", async () => {
    const Bucket = await bucketOf("huge");
    await put(Bucket, "dump");
    // From before 2023, so that an update in place cannot change it.
    for (const state of ["unencrypted", "size"]) {
      const query = `bucket=${Bucket}&key=dump&bytes=${6 * 1024 ** 3}`;
      await fetch(`${aws.endpoint}/_bucketseal/s3/${state}?${query}`, { method: "PUT" });
    }
    const planned = async (more: string) => {
      const file = await policyOf(`atRest: enforce, copy: true${more}`);
      const { code, document } = await json(Bucket, "--policy", file);
      return [code, document.buckets[0]];
    };
    const [code, held] = await planned("");
    expect([code, held.todo]).toEqual([2, { held: 1 }]);
    expect(held.reasons["copy-too-large"].text).toContain("does not set copy: true and copyLarge: true");
    const [, counted] = await planned(", copyLarge: true");
    expect(counted.todo).toEqual({ copyLarge: 1 });
    // Of 24 parts: begin, list, complete, the tags.
    expect(counted.cost.requests.copy).toBe(28);
    const file = await policyOf("atRest: enforce, copy: true, copyLarge: true");
    const { stdout } = await aws.run(["backfill", Bucket, "--policy", file], updates);
    expect(stdout).toMatch(/1 {2}too large for one call: need a multipart copy onto themselves, 6\.0 GB move/);
  });

  test("a rule without atRest: one sentence says how to set it", async () => {
    const without = await policyOf("onWrite: enforce");
    const { code, stderr } = await aws.run(["backfill", bucket, "--policy", without]);
    expect(code).toBe(1);
    expect(stderr).toContain("rule baseline does not cover existing objects: set objects.atRest");
  });
});

describe("docs/existing-objects.md", () => {
  test("shows what the plan prints", async () => {
    const docs = join(import.meta.dirname, "../../..");
    const page = await readFile(join(docs, "docs/existing-objects.md"), "utf8");
    const shown = /<!-- what the plan prints -->\n```text\n(.*?)\n```/s.exec(page)?.[1] ?? "";
    await bucketOf("invoices", { versioned: true });
    for (const day of ["01", "02", "03"]) await put("invoices", `2024/03/${day}.pdf`);
    await put("invoices", "2024/03/01.pdf", underKey(key));
    await put("invoices", "2024/03/04.pdf", underKey(other));
    await put("invoices", "2024/03/05.pdf", customerKey);
    await put("invoices", "tmp/draft.pdf");
    const example = join(docs, "examples/policies/existing-objects.yaml");
    const { code, stdout } = await aws.run(["backfill", "invoices", "--policy", example], updates);
    expect(code).toBe(2);
    expect(withoutTimes(stdout.trimEnd())).toBe(withoutTimes(shown));
  });
});

// --- internal ---

/** How fast a machine is differs from run to run. */
function withoutTimes(text: string): string {
  return text.replace(/about \d+ \w+ from here, at [\d.]+ objects/, "about TIME from here, at RATE objects");
}
