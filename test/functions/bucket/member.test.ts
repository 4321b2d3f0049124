import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryption,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readState } from "#aws/ledger/bucket-state";
import { readAccount, saveAccount } from "#aws/members/accounts";
import { unseen } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import { memberRoleArn } from "#core/org/names";
import { bucketBatch } from "../../../functions/bucket/batch.ts";
import { type BucketShared, bucketShared } from "../../../functions/bucket/shared.ts";
import { memberSessions } from "../../../functions/member/sessions.ts";
import { systemClock } from "../../../functions/runtime/clock.ts";
import { type EventParts, putBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { account as hubAccount, type TestHub, testHub } from "../../support/batch/hub.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { type LoggedCall, localAws } from "../../support/local-aws/local-aws.ts";
import { anOrg, enrol, leave } from "../../support/local-aws/member.ts";

const aws = localAws();
const MINUTE = 60_000;
let root: Clients;
let user: Clients;
let hub: TestHub;
let shared: BucketShared;
let ahead: number;
/** Where the clock stands still. */
let frozen: number | null = null;
let account: string;
let next = 444400000000;
let central: string;

beforeAll(async () => {
  root = aws.root();
  hub = await testHub(root);
  user = await aws.user([{ Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: "*" }]);
  vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
  central = await newKey(hubAccount);
  await hub.push(
    [
      { match: { buckets: ["central-*"] }, encryption: { algorithm: "aws:kms", key: "central" } },
      { match: { buckets: ["shared-*"] }, encryption: { algorithm: "aws:kms", key: "lent" } },
      { encryption: { algorithm: "aws:kms", key: "aws-managed" } },
    ],
    { keys: { central, lent: "arn:aws:kms:us-east-1:555500000000:alias/lent" } },
  );
});

afterAll(() => void vi.unstubAllEnvs());

beforeEach(async () => {
  ahead = 0;
  frozen = null;
  account = String(next++);
  shared = newShared();
  await hub.alerts();
});

/** The function in a fresh execution environment. */
function newShared(): BucketShared {
  const now = () => (frozen ?? Date.now()) + ahead;
  const sessions = memberSessions({ sts: user.sts, org: anOrg, now });
  return bucketShared(root as never, hub.environment, { ...systemClock, now }, { org: anOrg, sessions });
}

async function newKey(owner: string): Promise<string> {
  const { KeyMetadata } = await aws.root(owner).kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.Arn ?? "";
}

/** A new bucket of the member, which is encrypted with SSE-S3. */
async function newBucket(region = "us-east-1", prefix = "member"): Promise<BucketRef> {
  const bucket = `${prefix}-${account}-${next++}`;
  const CreateBucketConfiguration = region === "us-east-1" ? {} : { LocationConstraint: "eu-west-1" as const };
  await aws.root(account, region).s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  return { partition: "aws", account, region, bucket };
}

async function algorithmOf({ bucket, region }: BucketRef): Promise<ServerSideEncryption | undefined> {
  const get = new GetBucketEncryptionCommand({ Bucket: bucket });
  const { ServerSideEncryptionConfiguration: found } = await aws.root(account, region).s3.send(get);
  return found?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
}

/** What the event is about, as the member's own account reports it. */
function eventOf({ account: owner, region, bucket }: BucketRef, parts: EventParts = {}): object {
  return putBucketEncryptionEvent(
    {},
    {
      account: owner,
      region,
      bucket,
      eventId: `event-${next++}`,
      eventTime: new Date().toISOString().replace(/\.\d+/, ""),
      ...parts,
    },
  );
}

/** Gives the function these events; returns how many messages are redelivered. */
async function deliver(events: readonly object[]): Promise<number> {
  const { batchItemFailures } = await bucketBatch(await hub.records(events), shared, Date.now() + ahead + 25_000);
  return batchItemFailures.length;
}

/** The calls that `work` makes. */
async function callsOf(work: () => Promise<unknown>): Promise<LoggedCall[]> {
  const before = (await aws.calls()).length;
  await work();
  return (await aws.calls()).slice(before);
}

/** What one list has beyond another. */
function more(list: readonly string[], than: readonly string[]): string[] {
  const rest = [...than];
  return list.filter((each) => {
    const at = rest.indexOf(each);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

const ledger = () => ({ dynamodb: root.dynamodb, table: hub.environment.LEDGER_TABLE });

describe("a bucket of a member", () => {
  test.each(["us-east-1", "eu-west-1"])("in %s is repaired by the account's own role and told", async (region) => {
    await enrol(aws.root(account), hubAccount);
    const ref = await newBucket(region);
    expect(await deliver([eventOf(ref)])).toBe(0);
    expect(await algorithmOf(ref)).toBe("aws:kms");
    const told = await hub.alerts();
    expect(told).toMatchObject([
      { outcome: "changed", account, region, bucket: ref.bucket, actor: { type: "IAMUser" } },
    ]);
    expect(told[0]?.next.join()).toContain(`set the bucket by hand in account ${account}`);
    const put = (await aws.calls()).find(
      (call) =>
        call.bucket === ref.bucket && call.api === "PutBucketEncryption" && call.principal?.includes("assumed-role"),
    );
    expect(put?.principal).toBe(`arn:aws:sts::${account}:assumed-role/bucketseal-test-member/bucketseal-test`);
    expect(await readAccount(ledger(), account)).toMatchObject({ lastEvent: expect.any(String) });
  });

  test("is told with what the account is called, where that is known, and its own text is made safe", async () => {
    await enrol(aws.root(account), hubAccount);
    await deliver([eventOf(await newBucket())]);
    expect((await hub.alerts()).map(({ accountName }) => accountName)).toEqual([undefined]);
    await saveAccount(ledger(), account, { name: "pay\u202eroll" });
    ahead += 6 * MINUTE;
    await deliver([eventOf(await newBucket())]);
    expect(await hub.alerts()).toMatchObject([{ account, accountName: "pay\\u{202e}roll" }]);
  });

  test("that the member's role itself wrote blames nobody; a role of that name elsewhere is somebody", async () => {
    await enrol(aws.root(account), hubAccount);
    const own = memberRoleArn(anOrg.stage, anOrg.settings, account);
    const event = {
      eventId: "e",
      eventName: "PutBucketEncryption",
      eventTime: "",
      actor: {} as never,
      requested: null,
    };
    const ref = { partition: "aws", account, region: "eu-west-1", bucket: "any" };
    const by = (issuer: string, where = ref) => shared.ports.isOwn({ ...event, issuer }, where);
    expect(by(own)).toBe(true);
    expect(by(own.replace("role/bucketseal/", "role/"))).toBe(false);
    expect(by(own, { ...ref, account: "999999999999" })).toBe(false);
    expect(by(hub.environment.OWN_ROLE_ARN)).toBe(false);
    expect(by(hub.environment.OWN_ROLE_ARN, { ...ref, account: hubAccount, region: "us-east-1" })).toBe(true);
    expect(by(own, { ...ref, account: hubAccount, region: "us-east-1" })).toBe(false);
    expect(shared.ports.role(ref)).toBe(own);
  });

  test("costs no call more than one of the hub's own, once the session is there", async () => {
    // What is cached for a second stays so, however slow this machine is.
    frozen = Date.now();
    await enrol(aws.root(account), hubAccount);
    const [first, second] = [await newBucket(), await newBucket()];
    const own: BucketRef = {
      partition: "aws",
      account: hubAccount,
      region: "us-east-1",
      bucket: await hub.newBucket(),
    };
    await deliver([eventOf(own)]);
    const another: BucketRef = { ...own, bucket: await hub.newBucket() };
    const atHome = await callsOf(() => deliver([eventOf(another)]));
    const begin = await callsOf(() => deliver([eventOf(first)]));
    const inMember = await callsOf(() => deliver([eventOf(second)]));
    const apis = (calls: readonly LoggedCall[]) => calls.map(({ api }) => api).toSorted();
    expect(apis(inMember)).toEqual(apis(atHome));
    // The session; what was told of the account; that it sent an event; what it is called; then its
    // own key, with its pin and with whom it lets in.
    const once = [
      "AssumeRole",
      "DescribeKey",
      "GetItem",
      "GetItem",
      "GetKeyPolicy",
      "ListGrants",
      "PutItem",
      "UpdateItem",
    ];
    expect(more(apis(begin), apis(inMember))).toEqual(once);
    ahead += 49 * MINUTE;
    const later = await callsOf(async () => deliver([eventOf(await newBucket())]));
    expect(apis(later)).not.toContain("AssumeRole");
  });

  test("under a key of the hub's account is encrypted under it, and the key is read there", async () => {
    await enrol(aws.root(account), hubAccount);
    const ref = await newBucket("us-east-1", "central");
    const calls = await callsOf(() => deliver([eventOf(ref)]));
    const read = calls.filter(({ api }) => api === "DescribeKey");
    expect(read.length).toBeGreaterThan(0);
    expect(read.every(({ principal }) => principal?.includes(hubAccount))).toBe(true);
  });
});

describe("an account that is not enrolled", () => {
  test("is told once, however many events come, and nothing of it is looked at", async () => {
    const ref = await newBucket();
    const calls = await callsOf(async () => {
      for (let times = 0; times < 5; times++) {
        expect(await deliver([eventOf(ref), eventOf(ref), eventOf({ ...ref, bucket: "another" })])).toBe(0);
      }
      shared = newShared();
      expect(await deliver([eventOf(ref)])).toBe(0);
    });
    const alerts = await hub.alerts();
    expect(alerts).toMatchObject([{ outcome: "unreadable", account, bucket: null, member: { kind: "not enrolled" } }]);
    expect(alerts[0]?.next.join()).toContain("bucketseal org rollout --stage test");
    expect(calls.filter(({ api }) => api === "AssumeRole")).toHaveLength(2);
    expect(calls.filter(({ service }) => service === "s3" || service === "kms")).toEqual([]);
    expect(await readState(ledger(), ref)).toEqual(unseen);
  });

  test("is looked at as soon as it is, and told anew when it is lost again", async () => {
    const ref = await newBucket();
    await deliver([eventOf(ref)]);
    await enrol(aws.root(account), hubAccount);
    ahead += 6 * MINUTE;
    await deliver([eventOf(ref)]);
    expect(await algorithmOf(ref)).toBe("aws:kms");
    await leave(aws.root(account));
    ahead += 60 * MINUTE;
    await deliver([eventOf(ref)]);
    const alerts = await hub.alerts();
    expect(alerts.map(({ member, outcome }) => member?.kind ?? outcome)).toEqual([
      "not enrolled",
      "changed",
      "not enrolled",
    ]);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(3);
  });

  test("since a moment ago says nothing about its buckets: the event comes again", async () => {
    await enrol(aws.root(account), hubAccount);
    const [ref, lost] = [await newBucket(), await newBucket()];
    await deliver([eventOf(ref)]);
    await leave(aws.root(account));
    ahead += 2_000;
    const event = eventOf(lost);
    expect(await deliver([event])).toBe(1);
    expect(await deliver([event])).toBe(0);
    const state = await readState(ledger(), lost);
    expect(state.intent).toBeNull();
    expect(await algorithmOf(lost)).toBe("AES256");
    const alerts = await hub.alerts();
    expect(alerts.map(({ member, outcome }) => member?.kind ?? outcome)).toEqual(["changed", "not enrolled"]);
  });
});

describe("an event that claims to be of another account", () => {
  test("is refused and told once for each kind, and nobody's bucket is looked at", async () => {
    await enrol(aws.root(account), hubAccount);
    const ref = await newBucket();
    const thief = String(next++);
    const forged = () => [
      eventOf(ref, { envelope: { account: thief } }),
      eventOf({ ...ref, account: thief }, { record: { awsRegion: "eu-west-1" } }),
      eventOf({ ...ref, account: thief }, { envelope: { source: "my.app" } }),
    ];
    const calls = await callsOf(async () => {
      expect(await deliver(forged())).toBe(0);
      expect(await deliver(forged())).toBe(0);
      shared = newShared();
      expect(await deliver(forged())).toBe(0);
    });
    const alerts = await hub.alerts();
    expect(alerts.map(({ member }) => member?.why).toSorted()).toEqual([
      `its record is of account ${account}`,
      "its record is of eu-west-1",
      "its source is my.app, not AWS",
    ]);
    expect(new Set(alerts.map((alert) => alert.account))).toEqual(new Set([thief]));
    expect(calls.filter(({ service }) => service === "s3" || service === "sts")).toEqual([]);
    expect(await algorithmOf(ref)).toBe("AES256");
  });
});

test("an account that denies a write by a policy is no account that is lost", async () => {
  await enrol(aws.root(account), hubAccount, anOrg, [
    "s3:GetEncryptionConfiguration",
    "s3:GetBucket*",
    "s3:GetReplicationConfiguration",
    "kms:*",
  ]);
  const ref = await newBucket();
  await aws.root(account).s3.send(
    new PutBucketEncryptionCommand({
      Bucket: ref.bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    }),
  );
  expect(await deliver([eventOf(ref)])).toBe(0);
  expect(await hub.alerts()).toMatchObject([{ outcome: "failed", account, bucket: ref.bucket }]);
});
