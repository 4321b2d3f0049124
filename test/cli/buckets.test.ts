import { DisableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import {
  DeleteBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { compilePolicy } from "#core/match/compile";
import { RetryableError } from "#core/retryable";
import { judgeBucket } from "../../cli/buckets/judge-bucket.ts";
import { openReader } from "../../cli/buckets/reader.ts";
import { writeBucket } from "../../cli/buckets/write-bucket.ts";
import { loadPolicyFile } from "../../cli/file/policy-file.ts";
import { openSession } from "../../cli/session/session.ts";
import { hazardActions, hazardReads } from "../support/hazard-reads.ts";
import { cloud } from "./cloud.ts";
import { tempFile } from "./run-cli.ts";

const aws = cloud();
const allow = (...Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });

const policy = `version: 1
keys:
  default: arn:{partition}:kms:{region}:{account}:alias/s3-default
  broken: arn:{partition}:kms:{region}:{account}:alias/broken
rules:
  - { id: logs, match: { buckets: ["*-logs"] }, encryption: { algorithm: AES256 }, mode: enforce }
  - { id: watched, match: { buckets: ["watched-*"] }, encryption: { algorithm: aws:kms, key: default } }
  - { id: off, match: { buckets: ["off-*"] }, encryption: { algorithm: aws:kms, key: default }, mode: "off" }
  - { id: broken, match: { buckets: ["broken-*"] }, encryption: { algorithm: aws:kms, key: broken }, mode: enforce }
  - { id: baseline, match: { buckets: ["cli-*"] }, encryption: { algorithm: aws:kms, key: default, bucketKey: true }, mode: enforce }
exemptions:
  - { id: partner, match: { buckets: ["cli-exempt"] }, until: 2099-01-01, reason: "cannot use KMS" }
`;
let file = "";
let key = "";
let euKey = "";

beforeAll(async () => {
  file = await tempFile(policy);
  key = await aws.key("s3-default");
  euKey = await aws.key("s3-default", "eu-west-1");
  const broken = await aws.key("broken");
  await aws.root().kms.send(new DisableKeyCommand({ KeyId: broken }));
  for (const name of ["access-logs", "broken-1", "cli-1", "cli-exempt", "off-1", "other", "watched-1"])
    await aws.bucket(name);
  await aws.bucket("cli-eu", "eu-west-1");
});

describe("plan", () => {
  test("groups all buckets of all Regions, reads each once and writes nothing", async () => {
    let run = { code: null as number | null, stdout: "" };
    const calls = await aws.callsOf(async () => {
      run = await aws.run(["plan", "--policy", file, "--json"]);
    });
    const count = (api: string) => calls.filter((call) => call.api === api).length;
    expect(run.code).toBe(2);
    const { buckets, ...rest } = JSON.parse(run.stdout);
    expect(rest).toEqual({
      schema: "bucketseal.plan/1",
      account: "111122223333",
      policy: { file },
      summary: {
        buckets: 8,
        unreadable: 0,
        change: 3,
        held: 1,
        exempt: 1,
        "service-managed": 0,
        unmanaged: 2,
        gone: 0,
        compliant: 1,
      },
    });
    const standings = Object.fromEntries(
      buckets.map(({ bucket, standing }: Record<string, string>) => [bucket, standing]),
    );
    expect(standings).toEqual({
      "access-logs": "compliant",
      "broken-1": "held",
      "cli-1": "change",
      "cli-eu": "change",
      "cli-exempt": "exempt",
      "off-1": "unmanaged",
      other: "unmanaged",
      "watched-1": "change",
    });
    expect(buckets.find(({ bucket }: Record<string, string>) => bucket === "cli-eu")).toMatchObject({
      region: "eu-west-1",
      rule: "baseline",
      mode: "enforce",
      before: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
      after: { algorithm: "aws:kms", key: euKey, bucketKey: true, sseC: "SSE-C" },
      reasons: [{ code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" }],
    });
    expect({ sts: count("GetCallerIdentity"), list: count("ListBuckets"), tags: count("GetBucketTagging") }).toEqual({
      sts: 1,
      list: 1,
      tags: 0,
    });
    // Buckets under no rule, a rule that is off, or an exemption are not even read.
    expect(count("GetBucketEncryption")).toBe(5);
    expect(count("DescribeKey")).toBe(3);
    const forHazards = calls.filter(({ api }) => hazardReads.has(api));
    expect(calls.length - forHazards.length).toBe(10);
    // What hazards depend on is read once, of buckets that differ, and of keys.
    const reads = forHazards.map(({ api, bucket }) => `${api} ${bucket}`).filter((each) => !each.endsWith(" null"));
    expect(new Set(reads).size).toBe(reads.length);
    expect(reads.filter((each) => each.endsWith(" cli-1")).length).toBeLessThanOrEqual(7);
    expect(count("ListGrants")).toBe(count("DescribeKey"));
    expect(new Set(forHazards.flatMap(({ bucket }) => bucket ?? []))).toEqual(
      new Set(["broken-1", "cli-1", "cli-eu", "watched-1"]),
    );
  });

  test("prints a diff for people", async () => {
    const { code, stdout, stderr } = await aws.run(["plan", "cli-1", "--policy", file]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(stdout).toBe(
      [
        "would change (1)",
        "  ~ cli-1  us-east-1  rule baseline",
        "      algorithm  AES256 -> aws:kms",
        `      key        (none) -> ${key}`,
        "      bucket key off -> on",
        "      because algorithm: AES256, declared aws:kms",
        "",
        "1 bucket: 1 would change",
        "",
      ].join("\n"),
    );
  });

  test("of a bucket as declared exits 0", async () => {
    const { code, stdout } = await aws.run(["plan", "access-logs", "--policy", file]);
    expect({ code, last: stdout.trim().split("\n").at(-1) }).toEqual({ code: 0, last: "1 bucket: 1 as declared" });
  });

  test("of buckets as declared under a key that cannot be used names them and exits 2, by one call", async () => {
    const going = await aws.key("going");
    const rule = "{ id: all, match: { buckets: [under-going-*] }, encryption: { algorithm: aws:kms, key: going } }";
    const under = await tempFile(`version: 1\nkeys: { going: "${going}" }\nrules: [${rule}]\n`);
    for (const Bucket of ["under-going-1", "under-going-2"]) {
      await aws.bucket(Bucket);
      const Rules = [
        { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: going } },
      ];
      const put = new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
      await aws.root().s3.send(put);
    }
    const well = await aws.run(["plan", "under-going-1", "--policy", under]);
    expect({ code: well.code, last: well.stdout.trim() }).toEqual({
      code: 0,
      last: expect.stringMatching(/1 as declared$/),
    });
    await aws.root().kms.send(new ScheduleKeyDeletionCommand({ KeyId: going }));
    let risky = well;
    const calls = await aws.callsOf(async () => {
      risky = await aws.run(["plan", "--policy", under]);
    });
    expect(calls.filter(({ api }) => api === "DescribeKey")).toHaveLength(1);
    expect(risky.code).toBe(2);
    expect(risky.stdout).toContain(
      "as declared, under a key that cannot be used (2)\n  ! under-going-1  us-east-1  rule all\n",
    );
    expect(risky.stdout).toContain(
      `because the key that the bucket uses is at risk: ${going} is in state PendingDeletion`,
    );
    const explained = await aws.run(["explain", "under-going-1", "--policy", under, "--json"]);
    expect(explained.code).toBe(2);
    expect(JSON.parse(explained.stdout)).toMatchObject({ standing: "compliant", reasons: [{ code: "key-at-risk" }] });
    const as = await aws.user("no-keys", [allow("s3:*", "sts:*")]);
    const unsure = await aws.run(["plan", "under-going-1", "--policy", under, "--json"], { as });
    expect({ code: unsure.code, reasons: JSON.parse(unsure.stdout).buckets[0].reasons }).toMatchObject({
      code: 0,
      reasons: [{ code: "key-state-unknown" }],
    });
    for (const Bucket of ["under-going-1", "under-going-2"])
      await aws.root().s3.send(new DeleteBucketCommand({ Bucket }));
  });

  test("of a bucket that may not be read is unreadable, and exits 1 although others differ", async () => {
    const as = await aws.user("blind", [
      allow("s3:ListAllMyBuckets", "s3:GetEncryptionConfiguration", "kms:DescribeKey", ...hazardActions),
      { Effect: "Deny", Action: "s3:GetEncryptionConfiguration", Resource: "arn:aws:s3:::cli-1" },
    ]);
    const { code, stdout } = await aws.run(["plan", "--policy", file], { as });
    expect(code).toBe(1);
    expect(stdout).toContain(
      "could not be read (1)\n  ? cli-1  us-east-1  rule baseline\n      because the bucket's encryption could not be read: AccessDenied\n",
    );
    expect(stdout).toContain("1 could not be read, 2 would change, 1 held");
  });

  test("shows what somebody put into a bucket's key without letting it act on the terminal", async () => {
    const evil = "alias/\u202Egpj\u009B31m";
    await aws.root().s3.send(
      new PutBucketEncryptionCommand({
        Bucket: await aws.bucket("cli-evil"),
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: evil } }],
        },
      }),
    );
    const text = await aws.run(["plan", "cli-evil", "--policy", file]);
    const document = await aws.run(["plan", "cli-evil", "--policy", file, "--json"]);
    await aws.root().s3.send(new DeleteBucketCommand({ Bucket: "cli-evil" }));
    expect(text.stdout).toContain("alias/\\u{202e}gpj\\u{9b}31m");
    expect(text.stdout + document.stdout).not.toMatch(/[\u202E\u009B]/);
    expect(JSON.parse(document.stdout).buckets[0].before.key).toBe(evil);
  });

  test("of a bucket that does not exist is one sentence", async () => {
    const { code, stderr } = await aws.run(["plan", "cli-nowhere", "--policy", file]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'bucketseal: there is no bucket "cli-nowhere"\n' });
  });

  test("reads tags only of buckets where a rule may match on them", async () => {
    await aws
      .root()
      .s3.send(new PutBucketTaggingCommand({ Bucket: "cli-1", Tagging: { TagSet: [{ Key: "env", Value: "prod" }] } }));
    const tagged = policy.replace(
      "rules:\n",
      'rules:\n  - { id: tagged, match: { buckets: ["cli-1"], tags: { env: prod } }, encryption: { algorithm: aws:kms, key: default }, mode: enforce, trustTags: true }\n',
    );
    const path = await tempFile(tagged);
    const calls = await aws.callsOf(() => aws.run(["plan", "--policy", path]));
    expect(calls.filter(({ api }) => api === "GetBucketTagging").map(({ bucket }) => bucket)).toEqual(["cli-1"]);
  });

  test("names the action that the credentials may not call", async () => {
    const as = await aws.user("nobody", [allow("sts:GetCallerIdentity")]);
    const { code, stderr } = await aws.run(["plan", "--policy", file], { as });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^bucketseal: .*s3:ListAllMyBuckets.*\n$/),
    });
  });
});

describe("explain", () => {
  test("says why every rule did or did not match, the verdict and the plan", async () => {
    const { code, stdout } = await aws.run(["explain", "watched-1", "--policy", file]);
    expect(code).toBe(2);
    expect(stdout.split("\n")).toEqual([
      "watched-1  us-east-1  account 111122223333",
      "",
      '  no-match logs: buckets: is "watched-1", wanted "*-logs"',
      "  applies  watched: the first match",
      '  no-match off: buckets: is "watched-1", wanted "off-*"',
      '  no-match broken: buckets: is "watched-1", wanted "broken-*"',
      '  no-match baseline: buckets: is "watched-1", wanted "cli-*"',
      '  no-match exemption partner: buckets: is "watched-1", wanted "cli-exempt"',
      "",
      "verdict  violation (rule watched, observe)",
      "         because algorithm: AES256, declared aws:kms",
      "         because the bucket key is off: S3 asks KMS for every object that is written or read, which costs money and, in a busy bucket, requests of KMS's quota",
      "plan     write",
      "         algorithm  AES256 -> aws:kms",
      `         key        (none) -> ${key}`,
      "",
    ]);
  });

  test("prints the same as JSON", async () => {
    const { stdout } = await aws.run(["explain", "cli-exempt", "--policy", file, "--json"]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: "bucketseal.explain/1",
      bucket: "cli-exempt",
      standing: "exempt",
      exemption: "partner",
    });
    expect(document.rules.map(({ id, state }: Record<string, string>) => `${id} ${state}`)).toEqual([
      "logs no-match",
      "watched no-match",
      "off no-match",
      "broken no-match",
      "baseline applies",
      "partner applies",
    ]);
  });
});

describe("what plan and explain say of a bucket", () => {
  test("whose rule is off is not that no rule applies", async () => {
    const { stdout } = await aws.run(["plan", "off-1", "--policy", file]);
    expect(stdout).toMatch(/^unmanaged: the rule is off \(1\)\n {2}- off-1 {2}us-east-1 {2}rule off\n/);
    expect(stdout).toMatch(/1 bucket: 1 whose rule is off\n$/);
    const { stdout: all } = await aws.run(["plan", "--policy", file]);
    expect(all).toMatch(/1 whose rule is off, 1 unmanaged/);
  });

  test("that is held, or compliant, shows its state", async () => {
    const state = "AES256, bucket key off, SSE-C blocked";
    expect((await aws.run(["plan", "broken-1", "--policy", file])).stdout).toContain(`\n      is ${state}\n`);
    for (const bucket of ["broken-1", "access-logs"]) {
      expect((await aws.run(["explain", bucket, "--policy", file])).stdout).toContain(`\nis       ${state}\n`);
    }
  });

  test("that no rule matches has no mode", async () => {
    const { stdout } = await aws.run(["plan", "other", "--policy", file, "--json"]);
    expect(JSON.parse(stdout).buckets).toMatchObject([{ rule: null, mode: null, standing: "unmanaged" }]);
  });

  test("is the same by its name, its ARN and its s3:// URL", async () => {
    for (const spelling of ["cli-1", "arn:aws:s3:::cli-1", "s3://cli-1", "s3://cli-1/"]) {
      const { stdout } = await aws.run(["plan", spelling, "--policy", file, "--json"]);
      expect(JSON.parse(stdout).buckets).toMatchObject([{ bucket: "cli-1" }]);
    }
  });

  test.each([
    ["cli-*", "; wildcards are not understood: without a name, every bucket is looked at"],
    ["s3://cli-1/a/key", "; give the bucket alone, without the object's key"],
    ["arn:aws:s3:::cli-1/a", "; give the bucket alone, without the object's key"],
    ["arn:aws:iam::111122223333:role/x", ", nor the ARN of a bucket, such as arn:aws:s3:::invoices"],
    ["https://cli-1.s3.amazonaws.com", ""],
    ["a b", ""],
  ])("that is none but %s is refused in one sentence", async (text, hint) => {
    const { code, stderr } = await aws.run(["plan", text, "--policy", file]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `bucketseal: "${text}" is not a bucket's name, such as invoices${hint}\n`,
    });
  });
});

describe("apply", () => {
  test("without a terminal and without --yes shows the plan and writes nothing", async () => {
    const { code, stdout, stderr } = await aws.run(["apply", "cli-1", "--policy", file]);
    expect(code).toBe(1);
    expect(stdout).toContain("would change (1)");
    expect(stderr).toBe("bucketseal: nothing was changed: there is no terminal to confirm on; use --yes\n");
    expect(await aws.encryptionOf("cli-1")).toMatchObject({ algorithm: "AES256" });
  });

  test("reports a write that S3 refuses as failed, and one that is explicitly denied as held", async () => {
    const forLook = ["s3:ListBucket", "s3:GetEncryptionConfiguration", "kms:DescribeKey", ...hazardActions];
    const read = allow("ssm:GetParametersByPath", ...forLook);
    const reader = await aws.user("reader", [read]);
    const refused = await aws.run(["apply", "cli-1", "--policy", file, "--yes", "--json"], { as: reader });
    expect({ code: refused.code, ...JSON.parse(refused.stdout).buckets[0] }).toMatchObject({
      code: 1,
      outcome: "failed",
    });
    const denied = { Effect: "Deny", Action: "s3:PutEncryptionConfiguration", Resource: "*" };
    const fenced = await aws.user("fenced", [read, denied]);
    const held = await aws.run(["apply", "cli-1", "--policy", file, "--yes", "--json"], { as: fenced });
    expect({ code: held.code, ...JSON.parse(held.stdout).buckets[0] }).toMatchObject({
      code: 2,
      outcome: "held",
      reasons: [{}, { code: "managed-elsewhere" }],
    });
    expect(await aws.encryptionOf("cli-1")).toMatchObject({ algorithm: "AES256" });
  });

  test("holds what a hazard makes harmful, as plan and explain do, and without the right to see it", async () => {
    const [source, target] = ["cli-replicating", "other-copies"];
    for (const name of [source, target]) {
      await aws.bucket(name);
      const VersioningConfiguration = { Status: "Enabled" as const };
      await aws.root().s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
    }
    const Destination = { Bucket: `arn:aws:s3:::${target}` };
    const rule = { ID: "all", Status: "Enabled" as const, Priority: 1, Filter: {}, Destination };
    const DeleteMarkerReplication = { Status: "Disabled" as const };
    const Rules = [{ ...rule, DeleteMarkerReplication }];
    const ReplicationConfiguration = { Role: "arn:aws:iam::111122223333:role/r", Rules };
    await aws.root().s3.send(new PutBucketReplicationCommand({ Bucket: source, ReplicationConfiguration }));
    const why = `replication: rule all to ${target} would leave out what is written under a KMS key`;
    const accepting = await tempFile(
      policy.replace("mode: enforce }\nex", `accept: { replication: SEC-9 }, mode: enforce }\nex`),
    );
    const accepted = `rule baseline accepts the hazard replication (SEC-9): ${why}`;
    for (const command of ["plan", "explain"]) {
      const held = await aws.run([command, source, "--policy", file]);
      expect({ code: held.code, stdout: held.stdout }).toEqual({ code: 2, stdout: expect.stringContaining(why) });
      const { stdout } = await aws.run([command, source, "--policy", accepting]);
      expect(stdout).toContain(`because ${accepted}`);
    }
    const held = await aws.run(["apply", source, "--policy", file, "--yes"]);
    expect({ code: held.code, stdout: held.stdout }).toEqual({ code: 2, stdout: expect.stringContaining(why) });
    const blind = await aws.user("hazard-blind", [
      allow("ssm:GetParametersByPath", "s3:ListBucket", "s3:GetEncryptionConfiguration", "kms:DescribeKey"),
    ]);
    const unseen = await aws.run(["apply", source, "--policy", accepting, "--yes"], { as: blind });
    expect(unseen.stdout).toContain("could not be read: AccessDenied; it takes s3:GetReplicationConfiguration");
    expect(await aws.encryptionOf(source)).toMatchObject({ algorithm: "AES256" });
    const written = await aws.run(["apply", source, "--policy", accepting, "--yes"]);
    expect(written).toMatchObject({ code: 0 });
    expect(await aws.encryptionOf(source)).toMatchObject({ algorithm: "aws:kms" });
    for (const Bucket of [source, target]) await aws.root().s3.send(new DeleteBucketCommand({ Bucket }));
  });

  test("--yes writes what is enforced, reads it back, and holds, observes and leaves alone the rest", async () => {
    let run = { code: null as number | null, stdout: "" };
    const calls = await aws.callsOf(async () => {
      run = await aws.run(["apply", "--policy", file, "--yes", "--json"]);
    });
    expect(run.code).toBe(2);
    const { summary, buckets } = JSON.parse(run.stdout);
    expect(summary).toEqual({ buckets: 8, "left alone": 3, held: 1, changed: 2, exempt: 1, reported: 1 });
    expect(buckets.find(({ bucket }: Record<string, string>) => bucket === "broken-1")).toMatchObject({
      outcome: "held",
      reasons: [{}, { code: "key-disabled" }],
    });
    expect(await aws.encryptionOf("cli-1")).toEqual({ algorithm: "aws:kms", key, bucketKey: true });
    expect(await aws.encryptionOf("cli-eu", "eu-west-1")).toEqual({
      algorithm: "aws:kms",
      key: euKey,
      bucketKey: true,
    });
    for (const bucket of ["broken-1", "watched-1", "cli-exempt", "off-1", "other", "access-logs"]) {
      expect(await aws.encryptionOf(bucket)).toMatchObject({ algorithm: "AES256" });
    }
    const writes = calls.filter(({ api }) => api.startsWith("Put") || api.startsWith("Delete"));
    expect(writes.map(({ api, bucket }) => `${api} ${bucket}`).sort()).toEqual([
      "PutBucketEncryption cli-1",
      "PutBucketEncryption cli-eu",
    ]);
  });

  test("writes nothing the second time", async () => {
    const calls = await aws.callsOf(() => aws.run(["apply", "cli-1", "--policy", file, "--yes"]));
    expect(calls.map(({ api }) => api)).not.toContain("PutBucketEncryption");
  });

  test("--include-observe writes rules in observe mode too, and exits 0 when all is as declared", async () => {
    const { code, stdout } = await aws.run(["apply", "watched-1", "--policy", file, "--yes", "--include-observe"]);
    expect({ code, last: stdout.trim().split("\n").at(-1) }).toEqual({ code: 0, last: "1 bucket: 1 changed" });
    expect(await aws.encryptionOf("watched-1")).toMatchObject({ algorithm: "aws:kms", key });
  });
});

const FASTER = "somebody else brought the bucket to what is declared meanwhile";

describe("a write", () => {
  afterAll(() => void vi.unstubAllEnvs());
  const place = { partition: "aws", account: "111122223333", region: "us-east-1" };
  const inProcess = async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "111122223333");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    const session = await openSession({
      _: [],
      color: true,
      region: "us-east-1",
      "endpoint-url": aws.endpoint,
    } as never);
    const { policy: loaded } = await loadPolicyFile(file);
    if (loaded === null) throw new Error("the policy of this test is wrong");
    return { session, policy: compilePolicy(loaded), reader: openReader(session, null) };
  };

  test("is not made when the bucket changed after it was shown", async () => {
    const ref = { ...place, bucket: await aws.bucket("cli-stale") };
    const { session, policy: compiled, reader } = await inProcess();
    const shown = await judgeBucket(reader, ref, compiled);
    await aws.root().s3.send(
      new PutBucketEncryptionCommand({
        Bucket: ref.bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/other" } }],
        },
      }),
    );
    const written = await writeBucket({ session, reader, policy: compiled, gate: async () => null }, shown);
    expect(written.outcome).toBe("superseded");
    expect(await aws.encryptionOf(ref.bucket)).toMatchObject({ key: "alias/other" });
  });

  test("is not made when somebody else repaired the bucket meanwhile", async () => {
    const ref = { ...place, bucket: await aws.bucket("cli-repaired") };
    const { session, policy: compiled, reader } = await inProcess();
    const shown = await judgeBucket(reader, ref, compiled);
    const context = { session, reader, policy: compiled, gate: async () => null };
    expect((await writeBucket(context, shown)).outcome).toBe("changed");
    const calls = await aws.callsOf(async () => {
      const second = await writeBucket(context, shown);
      expect(second).toMatchObject({ outcome: "left alone", judged: { plan: { reasons: [{ text: FASTER }] } } });
    });
    expect(calls.map(({ api }) => api)).toEqual(["GetBucketEncryption"]);
  });

  test.each([
    ["brought it to what is declared", true, "left alone", FASTER],
    ["changed it otherwise", false, "superseded", "somebody else wrote the bucket meanwhile, so nothing was written"],
  ])("is not made when somebody else %s right before it", async (_, isDeclared, outcome, text) => {
    const ref = { ...place, bucket: await aws.bucket(isDeclared ? "cli-faster" : "cli-moment") };
    const { session, policy: compiled, reader } = await inProcess();
    const shown = await judgeBucket(reader, ref, compiled);
    const key = isDeclared ? shown.plan.after?.key : "alias/other";
    const byDefault = { SSEAlgorithm: "aws:kms" as const, ...(key === undefined ? {} : { KMSMasterKeyID: key }) };
    const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }];
    const other = new PutBucketEncryptionCommand({
      Bucket: ref.bucket,
      ServerSideEncryptionConfiguration: { Rules },
    });
    // The pause switch is asked between the look and the write.
    const gate = async () => {
      await aws.root().s3.send(other);
      return null;
    };
    const written = await writeBucket({ session, reader, policy: compiled, gate }, shown);
    expect(written.outcome).toBe(outcome);
    expect(written.judged.plan.reasons.at(-1)?.text).toBe(text);
    expect(await aws.encryptionOf(ref.bucket)).toMatchObject({ key });
  });

  test("that S3 took and nobody could see is told from one that failed, without names of ours", async () => {
    const ref = { ...place, bucket: await aws.bucket("cli-unseen") };
    const { session, policy: compiled, reader } = await inProcess();
    const shown = await judgeBucket(reader, ref, compiled);
    let looks = 0;
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    const dying = {
      ...reader,
      encryption: async (at: typeof ref) => {
        if (++looks > 2) throw new RetryableError("GetBucketEncryption: refused", { cause: refused });
        return reader.encryption(at);
      },
    };
    const { outcome, judged } = await writeBucket(
      { session, reader: dying, policy: compiled, gate: async () => null },
      shown,
    );
    expect(outcome).toBe("written, not verified");
    expect(judged.plan.reasons.at(-1)?.text).toMatch(
      /^the write was accepted, but the bucket could not be read back: cannot reach the endpoint \(connect ECONNREFUSED/,
    );
    expect(await aws.encryptionOf(ref.bucket)).toMatchObject({ algorithm: "aws:kms" });
  });

  test("to a bucket that is gone is reported as gone, without an error", async () => {
    const ref = { ...place, bucket: await aws.bucket("cli-gone") };
    const { session, policy: compiled, reader } = await inProcess();
    const shown = await judgeBucket(reader, ref, compiled);
    const gone = () => aws.root().s3.send(new DeleteBucketCommand({ Bucket: ref.bucket }));
    const written = await writeBucket(
      { session, reader, policy: compiled, gate: () => gone().then(() => null) },
      shown,
    );
    expect(written.outcome).toBe("gone");
  });

  test("is not made when the stage was paused meanwhile", async () => {
    const ref = { ...place, bucket: await aws.bucket("cli-paused") };
    const { session, policy: compiled, reader } = await inProcess();
    const shown = await judgeBucket(reader, ref, compiled);
    const written = await writeBucket(
      { session, reader, policy: compiled, gate: async () => "paused by alice" },
      shown,
    );
    expect(written).toMatchObject({
      outcome: "held",
      judged: { plan: { reasons: [{}, { code: "paused", text: "paused by alice" }] } },
    });
    expect(await aws.encryptionOf(ref.bucket)).toMatchObject({ algorithm: "AES256" });
  });
});
