import { randomUUID } from "node:crypto";
import { CreateAliasCommand, CreateKeyCommand, UpdateAliasCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { portsInTime } from "#aws/deadline";
import { writePin } from "#aws/ledger/pins";
import { writePause } from "#aws/ssm/pause";
import type { Ports } from "#core/bucket/ports";
import { unseen } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import { bucketShared } from "../../../functions/bucket/shared.ts";
import { account, region, type TestHub, testHub } from "../../support/batch/hub.ts";
import { aTrigger } from "../../support/core/loop.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
let root: Clients;
let hub: TestHub;
let now: number;
let ports: Ports;

beforeAll(async () => {
  root = aws.root();
  hub = await testHub(root);
  vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
  vi.stubEnv("AWS_REGION", region);
  vi.stubEnv("AWS_ACCESS_KEY_ID", account);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});

afterAll(() => void vi.unstubAllEnvs());

beforeEach(() => {
  now = Date.now();
  ports = newPorts();
});

/** The function's ports in a fresh execution environment. */
function newPorts(): Ports {
  const clock = { now: () => now, sleep: async () => undefined, newId: randomUUID };
  return bucketShared(root as never, hub.environment, clock).ports;
}

const ref: BucketRef = { partition: "aws", account, region, bucket: "invoices" };

async function calls(api: string): Promise<number> {
  return (await aws.calls()).filter((call) => call.api === api).length;
}

async function newKey(alias?: string): Promise<string> {
  const arn = (await root.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  if (alias !== undefined) await root.kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: arn }));
  return arn;
}

describe("the pause switch", () => {
  test("takes effect within ten seconds, either way, and is read at most every five", async () => {
    expect(await ports.paused()).toEqual({ known: true, value: null });
    const asked = await calls("GetParameter");
    await writePause(root.ssm, hub.environment.PAUSE_PARAMETER, "by alice");
    await ports.paused();
    expect(await calls("GetParameter")).toBe(asked);
    now += 10_000;
    expect(await ports.paused()).toEqual({ known: true, value: "writes are paused: by alice" });
    await writePause(root.ssm, hub.environment.PAUSE_PARAMETER, null);
    now += 10_000;
    expect(await ports.paused()).toEqual({ known: true, value: null });
  });
});

describe("a key", () => {
  test("is read once in five minutes, unless it must be fresh", async () => {
    const arn = await newKey();
    const asked = await calls("DescribeKey");
    await ports.reader.key(ref, arn, false);
    now += 5 * 60_000;
    await ports.reader.key(ref, arn, false);
    expect(await calls("DescribeKey")).toBe(asked + 1);
    await ports.reader.key(ref, arn, true);
    expect(await calls("DescribeKey")).toBe(asked + 2);
  });

  test("that could not be read is read again", async () => {
    const arn = await newKey();
    await withFaults(aws.endpoint, [{ kind: "throttle", service: "kms" }], async () => {
      await expect(ports.reader.key(ref, arn, false)).rejects.toThrow("DescribeKey");
    });
    expect(await ports.reader.key(ref, arn, false)).toMatchObject({ known: true, value: { arn } });
  });
});

const aliasArn = (name: string) => `arn:aws:kms:${region}:${account}:${name}`;

describe("an alias", () => {
  test("that does not exist is not cached: it may be created at any moment", async () => {
    const alias = `alias/${randomUUID()}`;
    expect(await ports.reader.key(ref, aliasArn(alias), false)).toEqual({ known: true, value: null });
    const arn = await newKey(alias);
    expect(await ports.reader.key(ref, aliasArn(alias), false)).toMatchObject({ known: true, value: { arn } });
  });

  test("is not pinned by a look at its key", async () => {
    const alias = `alias/${randomUUID()}`;
    await newKey(alias);
    await ports.reader.key(ref, aliasArn(alias), false);
    const second = await newKey();
    await root.kms.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId: second }));
    expect(await newPorts().reader.pin(ref, aliasArn(alias))).toEqual({ known: true, value: second });
  });

  test("whose cached key or pin disagrees is read again, so that an accepted key is known at once", async () => {
    const alias = aliasArn(`alias/${randomUUID()}`);
    const [first, second] = [await newKey(alias.split(":").at(-1)), await newKey()];
    const both = async () => {
      const [key, pin] = await Promise.all([ports.reader.key(ref, alias, false), ports.reader.pin(ref, alias)]);
      return [key.known && key.value?.arn, pin.known && pin.value];
    };
    expect(await both()).toEqual([first, first]);
    const asked = await calls("DescribeKey");
    expect(await both()).toEqual([first, first]);
    expect(await calls("DescribeKey")).toBe(asked);

    await root.kms.send(new UpdateAliasCommand({ AliasName: alias.split(":").at(-1), TargetKeyId: second }));
    now += 2_000;
    expect(await ports.reader.key(ref, alias, true)).toMatchObject({ value: { arn: second } });
    now += 2_000;
    expect(await both()).toEqual([second, first]);
    const accepted = { keyArn: second, by: "arn:aws:iam::111122223333:user/alice", at: new Date(now).toISOString() };
    await writePin({ dynamodb: root.dynamodb, table: hub.environment.LEDGER_TABLE }, ref, alias, accepted, first);
    now += 2_000;
    expect(await both()).toEqual([second, second]);
  });

  test("whose key was accepted is known in an execution environment that never saw it move", async () => {
    const alias = aliasArn(`alias/${randomUUID()}`);
    const [first, second] = [await newKey(alias.split(":").at(-1)), await newKey()];
    await ports.reader.pin(ref, alias);
    await root.kms.send(new UpdateAliasCommand({ AliasName: alias.split(":").at(-1), TargetKeyId: second }));
    const accepted = { keyArn: second, by: "arn:aws:iam::111122223333:user/alice", at: new Date(now).toISOString() };
    await writePin({ dynamodb: root.dynamodb, table: hub.environment.LEDGER_TABLE }, ref, alias, accepted, first);
    now += 11_000;
    expect(await ports.reader.key(ref, alias, false)).toMatchObject({ value: { arn: second } });
    expect(await ports.reader.pin(ref, alias)).toEqual({ known: true, value: second });
  });
});

describe("a pin", () => {
  test("is the key that the alias named when it was first read, whatever it names now", async () => {
    const alias = `alias/${randomUUID()}`;
    const first = await newKey(alias);
    expect(await ports.reader.pin(ref, aliasArn(alias))).toEqual({ known: true, value: first });
    const second = await newKey();
    await root.kms.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId: second }));
    now += 10 * 60_000;
    expect(await ports.reader.pin(ref, aliasArn(alias))).toEqual({ known: true, value: first });
    expect(await newPorts().reader.pin(ref, aliasArn(alias))).toEqual({ known: true, value: first });
    expect(await ports.reader.key(ref, aliasArn(alias), false)).toMatchObject({ value: { arn: second } });
  });

  test("is the same for two concurrent first readers", async () => {
    const alias = `alias/${randomUUID()}`;
    const first = await newKey(alias);
    const answers = await Promise.all([newPorts(), newPorts()].map((each) => each.reader.pin(ref, aliasArn(alias))));
    expect(answers).toEqual([
      { known: true, value: first },
      { known: true, value: first },
    ]);
  });

  test("of an alias that does not exist is none, and is not recorded", async () => {
    const alias = `alias/${randomUUID()}`;
    expect(await ports.reader.pin(ref, aliasArn(alias))).toEqual({ known: true, value: null });
    const later = await newKey(alias);
    now += 10 * 60_000;
    expect(await ports.reader.pin(ref, aliasArn(alias))).toEqual({ known: true, value: later });
  });
});

describe("the organization", () => {
  test("is read once in five minutes", async () => {
    const begun = await calls("ListParents");
    expect(await ports.reader.ous(ref)).toMatchObject({ known: true });
    now += 5 * 60_000;
    await ports.reader.ous(ref);
    const asked = await calls("ListParents");
    expect(asked).toBeGreaterThan(begun);
    now += 1;
    await ports.reader.ous(ref);
    expect(await calls("ListParents")).toBeGreaterThan(asked);
  });
});

describe("own writes", () => {
  test.each([
    [true, () => hub.environment.OWN_ROLE_ARN],
    [false, () => `${hub.environment.OWN_ROLE_ARN}-2`],
    [false, () => hub.environment.OWN_ROLE_ARN.replace("role/", "role/path/")],
    [false, () => null],
  ])("are those of sessions of exactly this role: %s", (own, issuer) => {
    expect(ports.isOwn(aTrigger({ issuer: issuer() }), ref)).toBe(own);
  });
});

describe("after the function's deadline", () => {
  test("nothing is written to a bucket, no alert is sent, and nothing waits", async () => {
    const bucket = await hub.newBucket();
    const late = portsInTime(ports, now - 1);
    const wanted = { algorithm: "aws:kms", key: hub.keyArn, bucketKey: true, sseC: "SSE-C" } as const;
    await expect(late.writer.put({ ...ref, bucket }, wanted)).rejects.toThrow("time is up");
    await expect(late.publish({} as never)).rejects.toThrow("time is up");
    await expect(late.sleep(0)).rejects.toThrow("time is up");
    await expect(portsInTime(ports, now + 100).sleep(101)).rejects.toThrow("time is up");
    expect((await aws.calls()).filter((call) => call.api === "PutBucketEncryption" && call.bucket === bucket)).toEqual(
      [],
    );
    expect(await hub.alerts()).toEqual([]);
  });

  test("everything works before it", async () => {
    const bucket = await hub.newBucket();
    const inTime = portsInTime(ports, now);
    const wanted = { algorithm: "aws:kms", key: hub.keyArn, bucketKey: true, sseC: "SSE-C" } as const;
    expect(await inTime.writer.put({ ...ref, bucket }, wanted)).toEqual({ kind: "written" });
    expect(await inTime.writer.put({ ...ref, bucket }, wanted, async () => false)).toEqual({ kind: "superseded" });
    await inTime.sleep(0);
    expect(await inTime.ledger.read(ref)).toEqual(unseen);
  });
});
