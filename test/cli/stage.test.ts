import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateKeyCommand, UpdateAliasCommand } from "@aws-sdk/client-kms";
import { DeleteBucketCommand, DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAlarm, writeAlarm } from "#aws/ledger/integrity-alarms";
import { readPin } from "#aws/ledger/pins";
import { readPointer, readVersion } from "#aws/policy/table";
import { policySchema } from "#core/policy/policy";
import type { Deployment } from "#core/stage/deployment";
import { storePolicy } from "../../cli/stage/store-policy.ts";
import { rootOf } from "../support/local-aws/local-aws.ts";
import { account, cloud } from "./cloud.ts";
import { deployStage } from "./deploy-stage.ts";
import { tempFile } from "./run-cli.ts";

const aws = cloud();
const me = `arn:aws:iam::${account}:user/dana`;
const alias = `arn:aws:kms:us-east-1:${account}:alias/s3-default`;
const first = `# one
version: 1
keys: { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" }
rules:
  - { id: all, encryption: { algorithm: aws:kms, key: default, blockSseC: true }, mode: enforce }
`;
const weaker = first.replace("blockSseC: true", "blockSseC: false");
let stage: Deployment;

const policies = () => ({ dynamodb: aws.root().dynamodb, table: stage.policyTable });
const ledger = () => ({ dynamodb: aws.root().dynamodb, table: stage.ledgerTable });
const inForce = () => readPointer(policies());
const push = async (text: string, ...flags: string[]) => aws.run(["push", await tempFile(text), ...flags]);
const json = async (...args: string[]) => {
  const { code, stdout } = await aws.run([...args, "--json"]);
  return { code, document: JSON.parse(stdout) };
};

beforeAll(async () => {
  await aws.key("s3-default");
  await aws.bucket("stage-1");
});

describe("without a stage", () => {
  test("a command says that none is deployed here", async () => {
    const { code, stderr } = await aws.run(["status"]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      "bucketseal: no stage of Bucketseal is deployed in this account in us-east-1: check --region and --profile\n",
    );
  });
});

describe("a stage's parameter that somebody changed", () => {
  const name = "/bucketseal/odd/deployment";
  const put = (value: unknown) =>
    aws
      .root()
      .ssm.send(new PutParameterCommand({ Name: name, Value: JSON.stringify(value), Type: "String", Overwrite: true }));

  afterAll(() => aws.root().ssm.send(new DeleteParameterCommand({ Name: name })));

  let odd: Deployment;

  beforeAll(async () => {
    odd = await deployStage(aws.root(), account, "odd");
  });

  test("to name a table by its ARN is refused by every command", async () => {
    await put({ ...odd, policyTable: "arn:aws:dynamodb:us-east-1:444455556666:table/theirs" });
    const { code, stderr } = await aws.run(["status"]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `the parameter ${name} is not what a stack of Bucketseal writes (policyTable: a plain table name`,
    );
  });

  test("to name roles of another account is refused before anything is assumed", async () => {
    const theirs = (role: string) => `arn:aws:iam::444455556666:role/${role}`;
    const roles = {
      pushRoleArn: theirs("a"),
      redriveRoleArn: theirs("b"),
      bucketRoleArn: theirs("c"),
      policyRoleArn: theirs("d"),
      objectRoleArn: theirs("e"),
      objectRedriveRoleArn: theirs("f"),
    };
    await put({ ...odd, ...roles });
    const { code, stderr } = await push(first, "--yes");
    expect(code).toBe(1);
    expect(stderr).toContain("names roles of an account other than");
  });
});

describe("push", () => {
  beforeAll(async () => {
    stage = await deployStage(aws.root(), account, "dev");
  });

  test("comes before plan, which needs a policy in force", async () => {
    const { code, stderr } = await aws.run(["plan"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "bucketseal: stage dev has no policy yet: bucketseal push FILE\n",
    });
  });

  test("without a terminal and without --yes shows the changes and writes nothing", async () => {
    const { code, stdout, stderr } = await push(first);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^stage dev, in force: no policy yet\n {2}stronger rule all added: /);
    expect(stderr).toContain("use --yes");
    expect(await inForce()).toBeNull();
  });

  test("refuses a policy with errors, all of them named", async () => {
    const { code, stdout, stderr } = await push(first.replace("version: 1", "version: 2"), "--yes");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "bucketseal: nothing was pushed: fix the errors first\n" });
    expect(stdout).toMatch(/:2:10 policy version must be 1, not 2 \[invalid-value\]\n/);
    expect(await inForce()).toBeNull();
  });

  test("--yes puts version 1 in force, with who, when, hash and source", async () => {
    const { code, document } = await json("push", await tempFile(first), "--yes");
    expect({ code, ...document }).toMatchObject({ code: 0, stage: "dev", pushed: true, version: 1, previous: null });
    const pointer = await inForce();
    expect(pointer).toMatchObject({ version: 1, rules: 1, by: me, sha256: document.sha256 });
    const version = await readVersion(policies(), 1);
    expect(version.source).toBe(first);
    expect(JSON.parse(version.document)).toMatchObject({ version: 1, rules: [{ id: "all", stronger: "hold" }] });
  });

  test("of the same policy again writes nothing", async () => {
    const file = await tempFile(first);
    const calls = await aws.callsOf(async () => {
      expect(await json("push", file)).toMatchObject({ code: 0, document: { pushed: false, version: 1 } });
    });
    expect(calls.map(({ api }) => api)).not.toContain("PutItem");
  });

  test("names what becomes weaker", async () => {
    const { code, stdout } = await push(weaker, "--yes");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}weaker {3}rule all changed: .*blockSseC: false, was true/m);
    expect(stdout).toMatch(/version 2 is in force: 1 rule/);
  });

  test("by somebody who may not assume the push role is one sentence", async () => {
    const as = await aws.user("guest", [
      { Effect: "Allow", Action: ["ssm:GetParametersByPath", "dynamodb:*"], Resource: "*" },
    ]);
    const { code, stderr } = await aws.run(["push", await tempFile(first), "--yes"], { as });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^bucketseal: cannot assume the push role arn:aws:iam::111122223333:role\/dev-push: .*sts:AssumeRole.*\n$/,
    );
    expect(await inForce()).toMatchObject({ version: 2 });
  });

  test("by the root user is one sentence that says what to sign in as", async () => {
    const { code, stderr } = await aws.run(["push", await tempFile(first), "--yes"], { as: rootOf(account) });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "bucketseal: cannot assume the push role arn:aws:iam::111122223333:role/dev-push: AWS lets the root user assume no role; sign in as an IAM user, a role or with Identity Center\n",
    });
    expect(await inForce()).toMatchObject({ version: 2 });
  });

  test("refuses the slower of two people who push at once, and loses nothing", async () => {
    const seen = await inForce();
    const document = JSON.stringify(policySchema.parse({ version: 1, rules: [] }));
    const mine = { version: 3, rules: 0, by: "me", at: "2026-11-21T00:00:00Z", document, source: "mine" };
    await storePolicy(policies(), { ...mine, by: "bob", source: "bob's" }, seen);
    await expect(storePolicy(policies(), mine, seen)).rejects.toThrow(
      "nothing was pushed: somebody pushed version 3 (bob, 2026-11-21T00:00:00Z) in the meantime; review it and push again",
    );
    expect(await readVersion(policies(), 3)).toMatchObject({ source: "bob's" });
    await expect(storePolicy(policies(), { ...mine, version: 4 }, seen)).rejects.toThrow(
      /^yours is stored as version 4 but not in force: somebody put version 3 \(bob, .*\) in force in the meantime; .*rollback 4/,
    );
    expect(await inForce()).toMatchObject({ version: 3, by: "bob" });
  });

  test("of a policy too large for the table is one sentence", async () => {
    const noise = Array.from({ length: 600 }, (_, index) =>
      createHash("sha512").update(String(index)).digest("base64"),
    ).join("\n# ");
    const huge = `${first}# ${Array.from({ length: 14 }, (_, index) => noise.replaceAll("a", String(index))).join("\n# ")}\n`;
    const { code, stderr } = await push(huge, "--yes");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^bucketseal: nothing was pushed: the policy takes \d+ bytes compressed, more than the \d+ of one item\n$/,
    );
  });
});

describe("push of a policy that covers objects", () => {
  const withObjects = `version: 1
rules:
  - id: sealed
    match: { buckets: ["stage-1"] }
    encryption: { algorithm: AES256 }
    objects: { onWrite: enforce }
`;
  let silent: Deployment;

  beforeAll(async () => {
    silent = await deployStage(aws.root(), account, "silent");
  });
  afterAll(() => aws.root().ssm.send(new DeleteParameterCommand({ Name: "/bucketseal/silent/deployment" })));

  test.each([
    ["off", true],
    ["on", false],
  ])("to a stage whose object events are %s says so: %s", async (objects, isSaid) => {
    const Value = JSON.stringify({ ...silent, objects });
    const Name = "/bucketseal/silent/deployment";
    await aws.root().ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
    const { stdout } = await push(withObjects.replace("sealed", `sealed-${objects}`), "--yes", "--stage", "silent");
    expect(stdout.includes(`objects of "sealed-${objects}" are not looked at`)).toBe(isSaid);
    expect(stdout.includes("BUCKETSEAL_OBJECTS=on")).toBe(isSaid);
  });
});

describe("policy", () => {
  test("versions lists them with the one in force marked", async () => {
    const { stdout } = await aws.run(["policy", "versions"]);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(0, 11).trimEnd());
    expect(rows).toEqual(["   version", "   4", "*  3", "   2", "   1"]);
  });

  test("rollback goes to the named version, saying what that changes, and back to the one before", async () => {
    expect(await json("policy", "rollback", "2", "--yes")).toMatchObject({
      code: 0,
      document: {
        rolledBack: true,
        version: 2,
        previous: 3,
        changes: expect.arrayContaining([expect.objectContaining({ id: "all", effect: "stronger" })]),
      },
    });
    expect(await inForce()).toMatchObject({ version: 2, by: me });
    expect(await json("policy", "rollback", "--yes")).toMatchObject({ code: 0, document: { version: 1, previous: 2 } });
    expect(await json("policy", "rollback", "1")).toMatchObject({ code: 0, document: { rolledBack: false } });
    const { code, stderr } = await aws.run(["policy", "rollback"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "bucketseal: there is no earlier version to roll back to\n" });
  });

  test("show prints the source as it was pushed", async () => {
    expect((await aws.run(["policy", "show"])).stdout).toBe(first);
    expect((await aws.run(["policy", "show", "--version", "2"])).stdout).toBe(weaker);
    expect(await json("policy", "show", "--version", "2")).toMatchObject({
      document: { version: 2, current: false, source: weaker },
    });
    const { code, stderr } = await aws.run(["policy", "show", "--version", "77"]);
    expect(code).toBe(1);
    expect(stderr).toBe("bucketseal: version 77 is not in the table: run `bucketseal policy versions`\n");
  });

  test("that is changed behind its pointer is refused by plan and shown by nothing, and a push repairs it", async () => {
    const document = JSON.stringify(policySchema.parse({ version: 1, rules: [] }));
    const sha256 = createHash("sha256").update(document).digest("hex");
    await aws.root().dynamodb.send(
      new PutItemCommand({
        TableName: stage.policyTable,
        Item: {
          pk: { S: "POLICY" },
          sk: { S: "VERSION#00000001" },
          version: { N: "1" },
          sha256: { S: sha256 },
          rules: { N: "0" },
          by: { S: "mallory" },
          at: { S: "2026-01-01T00:00:00Z" },
          document: { B: gzipSync(document) },
          source: { B: gzipSync("version: 1") },
        },
      }),
    );
    for (const args of [["plan"], ["apply", "--yes"], ["explain", "stage-1"], ["policy", "show"]]) {
      const { code, stdout, stderr } = await aws.run(args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/does not match its pointer/);
    }
    const { code, stderr } = await push(first, "--yes");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: the policy in force does not match its pointer .*; comparing with no policy\n$/);
    expect(await inForce()).toMatchObject({ version: 5 });
  });
});

describe("plan and apply by a stage", () => {
  test("use the policy in force", async () => {
    expect(await json("plan")).toMatchObject({
      code: 2,
      document: { policy: { stage: "dev", version: 5 }, summary: { change: 1 } },
    });
  });

  test("stay in the stage's Region, unless told to look everywhere", async () => {
    const elsewhere = await aws.bucket("stage-eu", "eu-west-1");
    const { stderr, stdout } = await aws.run(["plan", "--json"]);
    expect(JSON.parse(stdout).buckets.map(({ bucket }: Record<string, string>) => bucket)).not.toContain(elsewhere);
    expect(stderr).toBe(
      "not looked at: 1 bucket in eu-west-1: stage dev looks after us-east-1 (--all-regions includes them)\n",
    );
    for (const line of [
      ["plan", elsewhere],
      ["apply", elsewhere, "--yes"],
      ["explain", elsewhere],
    ]) {
      expect(await json(...line)).toEqual({
        code: 1,
        document: {
          error: {
            code: "other-region",
            message:
              'the bucket "stage-eu" is in eu-west-1, and stage dev looks after us-east-1: use --region eu-west-1, or --all-regions to use this stage\'s policy there',
          },
        },
      });
    }
    expect((await json("plan", elsewhere, "--all-regions")).document.buckets).toMatchObject([{ region: "eu-west-1" }]);
    await aws.root("eu-west-1").s3.send(new DeleteBucketCommand({ Bucket: elsewhere }));
  });

  test("hold where the alias moved, until a person accepts the key", async () => {
    const { kms } = aws.root();
    const accept = ["policy", "accept-key", alias, "--yes"];
    expect(await json(...accept)).toMatchObject({ code: 0, document: { accepted: true, pinned: null } });
    expect(await json(...accept)).toMatchObject({ code: 0, document: { accepted: false } });
    const { KeyMetadata: other } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new UpdateAliasCommand({ AliasName: "alias/s3-default", TargetKeyId: other?.KeyId ?? "" }));
    expect(await json("plan", "stage-1")).toMatchObject({
      code: 2,
      document: {
        buckets: [
          { standing: "held", reasons: expect.arrayContaining([expect.objectContaining({ code: "alias-moved" })]) },
        ],
      },
    });
    const asked = await aws.run(["policy", "accept-key", alias]);
    expect(asked).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`now      ${other?.Arn} (Enabled, SYMMETRIC_DEFAULT)`),
    });
    expect(await json(...accept)).toMatchObject({ code: 0, document: { accepted: true, keyArn: other?.Arn } });
    const pin = await readPin(ledger(), { account, region: "us-east-1" }, alias);
    expect(pin).toMatchObject({ value: { keyArn: other?.Arn, by: me } });
    expect(await json("plan", "stage-1")).toMatchObject({ document: { buckets: [{ standing: "change" }] } });
  });

  test("refuse a key that is no alias ARN", async () => {
    const { code, stderr } = await aws.run(["policy", "accept-key", "alias/s3-default"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'bucketseal: "alias/s3-default" is not an alias ARN; expected for example arn:aws:kms:eu-west-1:111122223333:alias/s3-default\n',
    });
  });
});

describe("pause and resume", () => {
  const parameter = async () =>
    (await aws.root().ssm.send(new GetParameterCommand({ Name: stage.pauseParameter }))).Parameter?.Value ?? "";

  test("pause stops apply, says who and why, and status shows it", async () => {
    expect(await json("status")).toMatchObject({
      code: 0,
      document: { stage: "dev", writes: "allowed", policy: { version: 5 } },
    });
    expect(await json("pause", "--reason", "incident {{4711}}")).toMatchObject({
      code: 0,
      document: { paused: true, by: me, before: null },
    });
    expect(await parameter()).toMatch(/^by arn:aws:iam::111122223333:user\/dana at 20.*Z: incident \{ \{4711\}\}$/);
    expect(await json("status")).toMatchObject({
      code: 2,
      document: { writes: "paused", paused: expect.stringContaining("incident") },
    });
    const calls = await aws.callsOf(async () => {
      const { code, stderr } = await aws.run(["apply", "--yes"]);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^bucketseal: writes are paused: by arn.*nothing is written/),
      });
    });
    expect(calls.map(({ api }) => api)).not.toContain("PutBucketEncryption");
  });

  test("pause stops apply by a policy file too, and by a user who may not ask, unless told", async () => {
    const file = ["apply", "stage-1", "--policy", await tempFile(first), "--yes"];
    const calls = await aws.callsOf(async () => {
      expect(await aws.run(file)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^bucketseal: writes are paused: by arn.*nothing is written/),
      });
      const blind = await aws.user("blind", [{ Effect: "Allow", Action: ["s3:*", "kms:*"], Resource: "*" }]);
      expect(await aws.run(file, { as: blind })).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^bucketseal: whether a stage in us-east-1 is paused could not be read \(AccessDenied/,
        ),
      });
    });
    expect(calls.map(({ api }) => api)).not.toContain("PutBucketEncryption");
    const weak = { encryption: "{ algorithm: aws:kms, key: default, bucketKey: true }" };
    const other = first.replace(/encryption: \{.*\}, mode/, `encryption: ${weak.encryption}, mode`);
    const insisted = await aws.run(["apply", "stage-1", "--policy", await tempFile(other), "--yes", "--ignore-pause"]);
    expect(insisted).toMatchObject({ code: 0, stdout: expect.stringContaining("1 bucket: 1 changed") });
    await aws.root().s3.send(new DeleteBucketEncryptionCommand({ Bucket: "stage-1" }));
  });

  test("a pause that cannot be read lets apply write nothing", async () => {
    const before = await parameter();
    await aws.root().ssm.send(new DeleteParameterCommand({ Name: stage.pauseParameter }));
    const { code, stderr } = await aws.run(["apply", "--yes"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/whether writes are paused could not be read/),
    });
    expect(await json("status")).toMatchObject({ code: 1, document: { writes: "unknown" } });
    expect(before).toContain("incident");
  });

  test("resume lets apply write again", async () => {
    expect(await json("resume")).toMatchObject({ code: 0, document: { paused: false } });
    expect(await parameter()).toBe("allowed");
    expect((await aws.run(["resume"])).stdout).toBe("stage dev: writes are already allowed\n");
    expect(await json("apply", "--yes")).toMatchObject({ code: 0, document: { summary: { changed: 1 } } });
    expect(await aws.encryptionOf("stage-1")).toMatchObject({ algorithm: "aws:kms" });
  });
});

describe("integrity alarms", () => {
  const at = "2026-11-21T08:15:00.000Z";
  const refOf = (bucket: string) => ({ partition: "aws", account, region: "us-east-1", bucket });
  const raise = (bucket: string, what: string) => writeAlarm(ledger(), refOf(bucket), { what, at });
  const open = async (bucket: string) => {
    const alarm = await readAlarm(ledger(), refOf(bucket));
    return alarm.known && alarm.value !== null;
  };

  test("that do not exist are not mentioned by status, denied by list, and refused by clear", async () => {
    expect(await json("status")).toMatchObject({ code: 0, document: { alarms: [] } });
    expect(await aws.run(["alarm", "list"])).toMatchObject({
      code: 0,
      stdout: "stage dev: no integrity alarms\n",
    });
    expect(await aws.run(["alarm", "clear", "stage-1", "--yes"])).toMatchObject({
      code: 1,
      stderr: 'bucketseal: no open integrity alarm for "stage-1" in us-east-1\n',
    });
  });

  test("that are open are shown by status and list, which exit 2", async () => {
    await raise("stage-1", "the same object had 5 bytes before the write, and 6 after it\u001b[31m");
    await raise("stage-2", "other bytes");
    const status = await aws.run(["status"]);
    expect(status.code).toBe(2);
    expect(status.stdout).toContain(
      `alarm    open since ${at} on stage-1, blocks writes to its objects: bucketseal alarm list\n`,
    );
    expect(await json("status")).toMatchObject({
      code: 2,
      document: { writes: "allowed", alarms: [{ bucket: "stage-1", at }, { bucket: "stage-2" }] },
    });
    const list = await aws.run(["alarm", "list"]);
    expect(list.code).toBe(2);
    expect(list.stdout).toMatch(/^stage-1 {2}since 2026-11-21T08:15:00.000Z {2}open\n {4}the same object had 5 bytes /);
    expect(list.stdout).not.toContain("\u001b");
  });

  test("are cleared only after a yes, and only for the named bucket", async () => {
    const asked = await aws.run(["alarm", "clear", "stage-1"]);
    expect(asked.code).toBe(1);
    expect(asked.stdout).toMatch(/^bucket {3}stage-1\nsince {4}2026-11-21T08:15:00.000Z\nseen {5}the same object had/);
    expect(asked.stderr).toContain("use --yes");
    expect(await open("stage-1")).toBe(true);
    expect(await json("alarm", "clear", "stage-1", "--yes")).toMatchObject({
      code: 0,
      document: { stage: "dev", bucket: "stage-1", cleared: true, alarm: { at }, by: me },
    });
    expect([await open("stage-1"), await open("stage-2")]).toEqual([false, true]);
    expect(await json("alarm", "list")).toMatchObject({
      code: 2,
      document: {
        open: 1,
        alarms: [
          { bucket: "stage-2", cleared: null },
          { bucket: "stage-1", cleared: { by: me } },
        ],
      },
    });
    expect(await aws.run(["alarm", "clear", "stage-1", "--yes"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^bucketseal: the alarm of "stage-1" is not open: arn.*user\/dana cleared it at 20\S+\n$/,
      ),
    });
  });

  test("are not cleared for a bucket that has none, nor by a user who may not assume the push role", async () => {
    const wrong = await aws.run(["alarm", "clear", "stage-2\n\u001b[0m", "--yes"]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^bucketseal: no open integrity alarm for "stage-2.*" in us-east-1; open: stage-2\n$/);
    expect((await aws.run(["alarm", "clear"])).stderr).toMatch(/^bucketseal: "alarm clear" needs BUCKET: .*\n$/);
    expect((await aws.run(["alarm", "clear", "stage-2", "stage-1", "--yes"])).code).toBe(1);
    expect((await aws.run(["alarm"])).stderr).toMatch(/^bucketseal: "alarm" needs a command after it/);
    const as = await aws.user("reader", [
      { Effect: "Allow", Action: ["ssm:GetParametersByPath", "dynamodb:*"], Resource: "*" },
    ]);
    const refused = await aws.run(["alarm", "clear", "stage-2", "--yes"], { as });
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^bucketseal: cannot assume the push role .*sts:AssumeRole.*\n$/),
    });
    expect(await open("stage-2")).toBe(true);
    expect(await json("alarm", "clear", "stage-2", "--yes")).toMatchObject({ code: 0 });
    expect(await json("status")).toMatchObject({ code: 0, document: { alarms: [] } });
  });
});

describe("with two stages", () => {
  test("the flag --stage chooses one", async () => {
    await deployStage(aws.root(), account, "prod");
    const { code, stderr } = await aws.run(["status"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "bucketseal: several stages are deployed (dev, prod): choose one with --stage\n",
    });
    expect(await json("status", "--stage", "prod")).toMatchObject({
      code: 0,
      document: { stage: "prod", policy: null },
    });
    const wrong = await aws.run(["status", "--stage", "pord"]);
    expect(wrong.stderr).toBe('bucketseal: there is no stage "pord" here; deployed: dev, prod\n');
  });
});
