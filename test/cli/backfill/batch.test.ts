import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { ListJobsCommand } from "@aws-sdk/client-s3-control";
import { beforeAll, describe, expect, test } from "vitest";
import type { Deployment } from "#core/stage/deployment";
import { withFaults } from "../../support/local-aws/faults.ts";
import { account, cloud } from "../cloud.ts";
import { tempFile } from "../run-cli.ts";
import { runInTerminal } from "../run-in-terminal.ts";
import { ALL, deployBatchStage, setJobRights } from "./batch-stage.ts";

const aws = cloud();
const root = join(import.meta.dirname, "../../..");
const updates = { env: { BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION: "on" } };
let stage: Deployment;
let key = "";
let other = "";

async function bucketOf(name: string): Promise<string> {
  const { s3 } = aws.root();
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] } }];
  await s3.send(new PutBucketEncryptionCommand({ Bucket: name, ServerSideEncryptionConfiguration: { Rules } }));
  return name;
}

const put = (Bucket: string, Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  aws.root().s3.send(new PutObjectCommand({ Bucket, Key, Body: `bytes of ${Key}`, ...more }));
const underKey = (arn: string, bucketKey = true) =>
  ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: arn, BucketKeyEnabled: bucketKey }) as const;
const headOf = (Bucket: string, Key: string, VersionId?: string) =>
  aws.root().s3.send(new HeadObjectCommand({ Bucket, Key, ...(VersionId ? { VersionId } : {}) }));
const run = (...args: string[]) => aws.run(["backfill", ...args], updates);
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args, "--json");
  return { code, document: JSON.parse(stdout || "null"), stderr };
};
const jobs = async (bucket: string) => {
  const { Jobs = [] } = await aws.root().s3control.send(new ListJobsCommand({ AccountId: account, MaxResults: 1000 }));
  return Jobs.filter(({ Description = "" }) => Description.endsWith(` ${bucket}`));
};

beforeAll(async () => {
  key = await aws.key("s3-default");
  const { KeyMetadata } = await aws.root().kms.send(new CreateKeyCommand({}));
  other = KeyMetadata?.Arn ?? "";
  stage = await deployBatchStage(aws, "prod");
  const file = await tempFile(`version: 1
keys: { default: "${key}" }
rules:
  - id: observed
    match: { buckets: ["observed"] }
    encryption: { algorithm: aws:kms, key: default, bucketKey: true }
    mode: enforce
    objects: { atRest: observe }
  - id: versions
    match: { buckets: ["versions"] }
    encryption: { algorithm: aws:kms, key: default, bucketKey: true }
    mode: enforce
    objects: { atRest: enforce, versions: all, except: ["tmp/*"] }
  - id: all
    encryption: { algorithm: aws:kms, key: default, bucketKey: true }
    mode: enforce
    objects: { atRest: enforce }
`);
  await aws.run(["push", file, "--yes"]);
});

describe("a bucket of objects of every kind", () => {
  const bucket = "archive";

  beforeAll(async () => {
    await bucketOf(bucket);
    for (const name of ["a", "b c", "ü/+%"]) await put(bucket, name);
    await put(bucket, "right", underKey(key));
    await put(bucket, "bucket-key", underKey(key, false));
    await put(bucket, "other", underKey(other));
    await put(bucket, "dsse", { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: key });
  });

  test("is counted by jobs, which are cancelled: a plan leaves nothing behind", async () => {
    const { code, document } = await json(bucket, "--batch");
    expect(document).toMatchObject({
      schema: "bucketseal.backfill-batch-plan/1",
      buckets: [
        {
          bucket,
          rule: "all",
          key,
          states: { "as declared": 1, "SSE-S3": 3, "other key": 1, "bucket key differs": 1, DSSE: 1 },
          todo: { update: 4, held: 1, unknownKeys: 1 },
          isCounted: true,
        },
      ],
    });
    expect(code).toBe(2);
    expect((await jobs(bucket)).map(({ Status }) => Status).sort()).toEqual([
      ...["Cancelled", "Cancelled", "Cancelled", "Cancelled", "Cancelled"],
      ...["Failed", "Failed"],
    ]);
  });

  test("an answer of no cancels the jobs; --yes sets them ready and follows them to the end, and nothing is left", async () => {
    const env = {
      ...updates.env,
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: "test",
    };
    const asked = await runInTerminal(["backfill", bucket, "--batch", "--apply"], env, {
      prompt: "[y/N]",
      answer: "n\n",
    });
    expect(asked.screen).toContain("Have S3 update 4 objects? [y/N]");
    expect(asked.screen).toContain("nothing was written, and no job is left behind");
    const open = (await jobs(bucket)).filter(({ Status = "" }) => !["Cancelled", "Failed"].includes(Status));
    expect(open).toEqual([]);

    const { code, document } = await json(bucket, "--batch", "--wrong-key", other, "--apply", "--yes", "--watch");
    expect(document).toMatchObject({
      schema: "bucketseal.backfill-batch/1",
      buckets: [{ bucket, failures: { codes: {} }, left: 0 }],
    });
    const [{ jobs: ran }] = document.buckets;
    expect(ran).toEqual(
      [
        ["sse-s3", 3],
        ["bucket-key", 1],
        [other, 1],
      ].map(([kind, objects]) =>
        expect.objectContaining({ kind, state: "complete", objects, updated: objects, failed: 0 }),
      ),
    );
    expect(code).toBe(0);
    for (const name of ["a", "b c", "ü/+%", "bucket-key", "other"]) {
      expect(await headOf(bucket, name)).toMatchObject({ SSEKMSKeyId: key, BucketKeyEnabled: true });
    }
    const shown = await run("status", bucket);
    expect(shown.stdout).toMatch(/archive {2}us-east-1 {2}jobs of S3 Batch Operations\n {2}.*complete, /);
    expect(shown.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect((await json(bucket, "--batch")).document.buckets[0].todo).toMatchObject({ update: 0, held: 1 });
  });
});

describe("a list of objects, where no filter chooses", () => {
  test("noncurrent versions, and objects that a rule leaves out by name; nothing is left behind by a plan", async () => {
    const { s3 } = aws.root();
    const bucket = await bucketOf("versions");
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }));
    const odd = 'a "b",\n%2B+ü/🔒';
    const { VersionId = "" } = await put(bucket, odd);
    await put(bucket, odd, underKey(key));
    await put(bucket, "other", underKey(other));
    await put(bucket, "tmp/draft");
    const kept = async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stage.batchReportBucket ?? "" }));
      return Contents.flatMap(({ Key = "" }) => (Key.startsWith("manifests/") ? [Key] : []));
    };
    const planned = await json(bucket, "--batch");
    expect(planned.document.buckets[0]).toMatchObject({ todo: { update: 2 }, jobs: [], states: { excepted: 1 } });
    expect([await jobs(bucket), await kept()]).toEqual([[], []]);

    const done = await json(bucket, "--batch", "--apply", "--yes", "--watch");
    const job = { kind: "listed", state: "complete", objects: 2, updated: 2, failed: 0 };
    expect(done).toMatchObject({ code: 0, document: { buckets: [{ jobs: [job], left: 0 }] } });
    expect(await headOf(bucket, odd, VersionId)).toMatchObject({ SSEKMSKeyId: key, BucketKeyEnabled: true });
    expect(await headOf(bucket, "other")).toMatchObject({ SSEKMSKeyId: key });
    expect(await headOf(bucket, "tmp/draft")).toMatchObject({ ServerSideEncryption: "AES256" });
    const [list = ""] = await kept();
    expect(list).toMatch(/^manifests\/111122223333\/versions\/[0-9a-f]{64}\.csv$/);
    const again = await json(bucket, "--batch", "--apply", "--yes");
    expect(again).toMatchObject({ code: 0, document: { schema: "bucketseal.backfill-batch-plan/1" } });
  });

  test("keys that nobody names, found by looks", async () => {
    const bucket = await bucketOf("strange");
    await put(bucket, "other", underKey(other));
    const named = await json(bucket, "--batch");
    expect(named.document.buckets[0].todo).toEqual({ update: 0, held: 0, unknownKeys: 1 });
    const asked = ["--batch", "--manifest", "--apply", "--yes", "--watch"];
    await setJobRights(
      aws,
      "prod",
      ALL.filter((each) => each !== "s3:UpdateObjectEncryption"),
    );
    const refused = await run(bucket, ...asked);
    await setJobRights(aws, "prod", ALL);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toContain("looked at again, the objects of the list show 1 object: left as it was");
    const looked = await json(bucket, ...asked);
    expect(looked).toMatchObject({ code: 0, document: { buckets: [{ left: 0 }] } });
    expect(await headOf(bucket, "other")).toMatchObject({ SSEKMSKeyId: key });
  });
});

describe("who may start jobs", () => {
  test.each<[string, string[], RegExp]>([
    ["the work from here", ["--batch", "--local", "--apply"], /--local is for the work from here/],
    ["a sample", ["--batch", "--sample", "5"], /--sample is for the work from here/],
    ["a key without jobs", ["--wrong-key", "a"], /--wrong-key is for jobs: it needs --batch/],
    ["no key", ["--batch", "--wrong-key", "alias/a"], /--wrong-key takes full ARNs of keys, not "alias\/a"/],
    ["following a plan", ["--batch", "--watch"], /--watch follows what --apply starts/],
  ])("%s: one sentence", async (_, args, said) => {
    const { code, stderr } = await run("archive", ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(said);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("whom docs/deploy.md lets: a plan, a start, a report; without CreateJob one sentence", async () => {
    const page = await readFile(join(root, "docs/deploy.md"), "utf8");
    const shown = /<!-- who may start jobs -->\n```json\n(.*?)\n```/s.exec(page)?.[1] ?? "[]";
    const statements = JSON.parse(
      shown
        .replaceAll("ACCOUNT", account)
        .replaceAll("ROLE", stage.batchJobRoleArn ?? "")
        .replaceAll("REPORTS", stage.batchReportBucket ?? ""),
    );
    const Action = "ssm:GetParametersByPath ssm:GetParameter dynamodb:GetItem s3:ListBucket kms:DescribeKey".split(" ");
    const hazards =
      "s3:GetBucketPolicy s3:GetBucketPolicyStatus s3:GetBucketPublicAccessBlock s3:GetBucketAcl s3:GetBucketOwnershipControls s3:GetBucketWebsite s3:GetReplicationConfiguration kms:GetKeyPolicy kms:ListGrants";
    const reads = { Effect: "Allow", Action: [...Action, ...hazards.split(" ")], Resource: "*" };
    const bucket = await bucketOf("people");
    await put(bucket, "a");
    const args = ["backfill", bucket, "--batch", "--apply", "--yes", "--watch", "--json"];
    const blind = await aws.user("reads-only", [reads]);
    const refused = await aws.run(args, { ...updates, as: blind });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/s3:ListJobs|AccessDenied/);
    await setJobRights(
      aws,
      "prod",
      ALL.filter((each) => each !== "s3:UpdateObjectEncryption"),
    );
    const may = await aws.user("starts-jobs", [reads, ...statements]);
    const first = await aws.run(args, { ...updates, as: may });
    await setJobRights(aws, "prod", ALL);
    expect(JSON.parse(first.stdout).buckets[0].failures.codes).toMatchObject({ AccessDenied: { count: 1 } });
    const done = await aws.run(args, { ...updates, as: may });
    expect([done.stderr, done.code]).toEqual(["", 0]);
  });
});

describe("docs/existing-objects.md", () => {
  const shownIn = async (mark: string) => {
    const page = await readFile(join(root, "docs/existing-objects.md"), "utf8");
    return new RegExp(`<!-- ${mark} -->\n\`\`\`text\n(.*?)\n\`\`\``, "s").exec(page)?.[1] ?? "";
  };
  const withoutIds = (text: string) => text.replaceAll(/job [0-9a-f-]{36}/g, "job ID").trimEnd();

  test("shows what a plan by jobs and their status print", async () => {
    const { s3 } = aws.root();
    await s3.send(new CreateBucketCommand({ Bucket: "ledgers", ObjectLockEnabledForBucket: true }));
    for (const day of ["01", "02", "03", "04", "05"]) await put("ledgers", `2024/03/${day}.csv`);
    await put("ledgers", "2024/03/06.csv", underKey(key));
    await put("ledgers", "2024/03/07.csv", underKey(other));
    const ObjectLockRetainUntilDate = new Date(Date.now() + 86_400_000);
    await put("ledgers", "closed.csv", { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate });
    const plan = await run("ledgers", "--batch");
    expect(withoutIds(plan.stdout)).toBe(withoutIds(await shownIn("what a plan by jobs prints")));
    const { code } = await run("ledgers", "--batch", "--apply", "--yes", "--watch");
    expect(code).toBe(2);
    const status = await run("status", "ledgers");
    expect(withoutIds(status.stdout)).toBe(withoutIds(await shownIn("what a status of jobs prints")));
  });
});

describe("what can go wrong", () => {
  const without = (right: string) =>
    setJobRights(
      aws,
      "prod",
      ALL.filter((each) => each !== right),
    );

  test("a job role that lacks a right: counted by error, with names; the same command goes on once it has it", async () => {
    await bucketOf("unable");
    for (const name of ["a", "b c"]) await put("unable", name);
    await without("s3:UpdateObjectEncryption");
    const refused = await json("unable", "--batch", "--apply", "--yes", "--watch");
    expect(refused.code).toBe(2);
    const [{ failures, left }] = refused.document.buckets;
    expect(failures.codes).toEqual({
      AccessDenied: { count: 2, text: expect.stringContaining("UpdateObjectEncryption") },
    });
    expect(failures.samples.map((each: { key: string }) => each.key).sort()).toEqual(["a", "b c"]);
    expect(left).toBe(2);
    const shown = await run("status", "unable");
    expect(shown.stdout).toContain("complete, 2 objects: 0 updated, 2 failed");
    expect(shown.stdout).toMatch(/2 {2}AccessDenied: /);
    expect((await json("status", "unable")).document.batch.failures.codes).toEqual(failures.codes);

    await setJobRights(aws, "prod", ALL);
    const again = await json("unable", "--batch", "--apply", "--yes", "--watch");
    expect(again).toMatchObject({ code: 0, document: { buckets: [{ left: 0, failures: { codes: {} } }] } });
  });

  test("jobs that cannot count: nothing is taken for none, and nothing is written", async () => {
    await bucketOf("uncounted");
    await put("uncounted", "a");
    await without("s3:PutInventoryConfiguration");
    const { code, stdout } = await run("uncounted", "--batch", "--apply", "--yes");
    await setJobRights(aws, "prod", ALL);
    expect(code).toBe(1);
    expect(stdout).toContain("sse-s3 is not counted: ");
    expect(stdout).toContain("not everything could be counted: what is not known is not written");
    expect(await headOf("uncounted", "a")).toMatchObject({ ServerSideEncryption: "AES256" });
  });

  test("two starts make the same jobs; one under way is joined, cannot be paused, is cancelled half-way, and goes on", async () => {
    const bucket = await bucketOf("twice");
    await Promise.all(Array.from({ length: 60 }, (_, index) => put(bucket, `n/${index}`)));
    const start = () => json(bucket, "--batch", "--apply", "--yes");
    const slow = { kind: "slow", service: "s3", api: "UpdateObjectEncryption", delayMs: 1000 } as const;
    const cancelled = await withFaults(aws.endpoint, [slow], async () => {
      const begun = await Promise.all([start(), start()]);
      begun.push(await start());
      const ids = begun.map(({ document }) => document.buckets[0].jobs.map(({ id }: { id: string }) => id));
      expect(ids[1]).toEqual(ids[0]);
      expect(ids[2]).toEqual(ids[0]);
      const { code, stderr } = await run("pause", bucket);
      expect(code).toBe(1);
      expect(stderr).toContain("which AWS lets nobody pause: `backfill cancel twice` ends it");
      return json("cancel", bucket);
    });
    expect(cancelled).toMatchObject({
      code: 0,
      document: { jobs: [{ kind: "sse-s3", state: "cancelled", objects: 60 }] },
    });
    expect(cancelled.document.jobs[0].updated).toBeLessThan(60);

    const rest = await json(bucket, "--batch", "--apply", "--yes", "--watch");
    expect(rest).toMatchObject({ code: 0, document: { buckets: [{ left: 0 }] } });
    const counts = (await jobs(bucket)).map(({ ProgressSummary }) => ProgressSummary?.NumberOfTasksSucceeded ?? 0);
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(60);
    const none = await run("resume", bucket);
    expect(none.stderr).toContain("nothing to resume");
  });

  test("a rule that only observes, and a pause: counted, and no job is set ready", async () => {
    await bucketOf("observed");
    await put("observed", "a");
    const observed = await json("observed", "--batch", "--apply", "--yes");
    expect(observed.document.buckets[0]).toMatchObject({
      states: { "SSE-S3": 1 },
      held: { "sse-s3": "the objects of rule observed are only observed" },
      todo: { update: 0 },
    });
    await bucketOf("paused");
    await put("paused", "a");
    await aws.run(["pause", "--reason", "a test"]);
    const paused = await json("paused", "--batch", "--apply", "--yes");
    await aws.run(["resume"]);
    expect(paused.document.buckets[0].held["sse-s3"]).toContain("a test");
    expect(await headOf("paused", "a")).toMatchObject({ ServerSideEncryption: "AES256" });
  });
});
