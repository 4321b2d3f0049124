import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, GetBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { describeKey } from "#aws/kms/describe-key";
import { getBucketEncryption, putBucketEncryption } from "#aws/s3/bucket-encryption";
import { type ClientsOf, clientsOf } from "../../../functions/member/clients.ts";
import { type MemberSessions, memberSessions } from "../../../functions/member/sessions.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { anOrg, enrol, leave } from "../../support/local-aws/member.ts";
import { permit } from "../../support/local-aws/permit.ts";

const aws = localAws();
const home = { account: "111122223333", region: "us-east-1" };
const aes = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } as const;
let next = 555500000000;
let account: string;
let now: number;
let hub: Clients;
let sessions: MemberSessions;
let clients: ClientsOf;

beforeAll(async () => {
  hub = await aws.user([{ Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: "*" }]);
  vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
});

afterAll(() => void vi.unstubAllEnvs());

beforeEach(() => {
  account = String(next++);
  now = Date.now();
  sessions = memberSessions({ sts: hub.sts, org: anOrg, now: () => now });
  clients = clientsOf({ own: hub, home, sessions });
});

/** A bucket of the member, in a Region. */
async function bucketIn(region: string) {
  const bucket = `loop-${account}-${region}`;
  const CreateBucketConfiguration = region === "us-east-1" ? {} : { LocationConstraint: "eu-west-1" as const };
  await aws.root(account, region).s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  return { partition: "aws", account, region, bucket };
}

describe("the clients of a place", () => {
  test("are the function's own at home, and everywhere without an organization", () => {
    expect(clients(home)).toBe(hub);
    const alone = clientsOf({ own: hub, home, sessions: null });
    expect(alone({ account, region: "eu-west-1" })).toBe(hub);
  });

  test("act as the member's role, in either Region, and are kept", async () => {
    await enrol(aws.root(account), home.account);
    for (const region of ["us-east-1", "eu-west-1"]) {
      const ref = await bucketIn(region);
      expect(clients(ref)).toBe(clients({ account, region }));
      expect(await getBucketEncryption(clients(ref).s3, ref)).toMatchObject({ known: true });
      const key = await aws.root(account, region).kms.send(new CreateKeyCommand({}));
      const arn = key.KeyMetadata?.Arn ?? "";
      expect(await describeKey(clients(ref).kms, arn)).toMatchObject({ known: true, value: { arn } });
    }
    const calls = (await aws.calls()).filter((call) => call.principal?.includes(`:${account}:`));
    expect(calls.map(({ principal }) => principal)).toContain(
      `arn:aws:sts::${account}:assumed-role/bucketseal-test-member/bucketseal-test`,
    );
  });

  test("are those of the hub's own account in its other Regions only by its member role", async () => {
    const ref = { account: home.account, region: "eu-west-1" };
    expect(clients(ref)).not.toBe(hub);
    await expect(clients(ref).s3.send(new GetBucketEncryptionCommand({ Bucket: "any" }))).rejects.toThrow(
      /does not let us in/,
    );
  });
});

describe("access that is lost", () => {
  test("says nothing about a bucket or a key, and nothing is written", async () => {
    await enrol(aws.root(account), home.account);
    const ref = await bucketIn("us-east-1");
    expect(await getBucketEncryption(clients(ref).s3, ref)).toMatchObject({ known: true });
    await leave(aws.root(account));
    now += 2_000;
    await expect(getBucketEncryption(clients(ref).s3, ref)).rejects.toThrow(/does not let us in any more/);
    await expect(putBucketEncryption(clients(ref).s3, ref, aes, permit)).rejects.toThrow(/does not let us in any more/);
    await expect(describeKey(clients(ref).kms, `arn:aws:kms:us-east-1:${account}:alias/x`)).rejects.toThrow(
      /does not let us in any more/,
    );
  });

  test("right before a write is no refusal of the write", async () => {
    await enrol(aws.root(account), home.account);
    const ref = await bucketIn("us-east-1");
    expect(await getBucketEncryption(clients(ref).s3, ref)).toMatchObject({ known: true });
    await leave(aws.root(account));
    now += 2_000;
    await expect(putBucketEncryption(clients(ref).s3, ref, aes, permit)).rejects.toThrow(/does not let us in any more/);
  });

  test("and regained with a new role is not noticed: the call is made once more", async () => {
    await enrol(aws.root(account), home.account);
    const ref = await bucketIn("us-east-1");
    expect(await getBucketEncryption(clients(ref).s3, ref)).toMatchObject({ known: true });
    await leave(aws.root(account));
    await enrol(aws.root(account), home.account);
    now += 2_000;
    expect(await putBucketEncryption(clients(ref).s3, ref, aes, permit)).toEqual({ kind: "written" });
  });

  test("is told apart from a call that the role may not make, which is denied as ever", async () => {
    await enrol(aws.root(account), home.account, anOrg, ["s3:GetEncryptionConfiguration"]);
    const ref = await bucketIn("us-east-1");
    expect(await getBucketEncryption(clients(ref).s3, ref)).toMatchObject({ known: true });
    now += 2_000;
    const before = (await aws.calls()).filter(({ api }) => api === "AssumeRole").length;
    for (let times = 0; times < 3; times++) {
      const write = await putBucketEncryption(clients(ref).s3, ref, aes, permit);
      expect(write).toMatchObject({ kind: "refused", error: { name: "AccessDenied" } });
    }
    expect((await aws.calls()).filter(({ api }) => api === "AssumeRole").length).toBe(before + 1);
  });
});
