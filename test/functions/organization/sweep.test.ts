import { randomInt, randomUUID } from "node:crypto";
import { CreateBucketCommand, DeleteBucketCommand } from "@aws-sdk/client-s3";
import { beforeEach, expect, test } from "vitest";
import { readState } from "#aws/ledger/bucket-state";
import { readAccount } from "#aws/members/accounts";
import { currentRun, readLast } from "#aws/runs/pointers";
import type { Alert } from "#core/alert/schema";
import { orgSchema } from "#core/org/settings";
import { type SweepMessage, startMessage } from "#core/sweep/messages";
import { account as hub } from "../../support/batch/hub.ts";
import { type DeskOrg, type RunDesk, runDesk } from "../../support/batch/run-desk.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/** Sweeps of a hub over members, by the two functions in this process on a local AWS. */
const aws = localAws();
/** Members that each test has for itself, in the order of their ids. */
let [one, two, closed] = ["", "", ""];
const settings = orgSchema.parse({
  id: "o-a1b2c3d4e5",
  homeRegion: "us-east-1",
  regions: ["us-east-1", "eu-west-1"],
  externalId: "x".repeat(20),
});
const scheduled: SweepMessage = { schema: "bucketseal.start/1", kind: "sweep", by: "schedule" };

let desk: RunDesk;
let enrolled: Set<string>;
/** Accounts in which every call to S3 is throttled, and how many were made. */
let throttled: Map<string, number>;
/** A covered Region that no account has opted in to. */
let unused: string | null;

beforeEach(async () => {
  [one, two, closed] = [2, 3, 4].map((first) => `${first}${randomInt(1e10, 1e11)}`) as [string, string, string];
  enrolled = new Set([hub, one, two]);
  throttled = new Map();
  unused = null;
  desk = await runDesk(aws.root(), org());
  await desk.hub.push([{ match: { buckets: ["org-*"] }, encryption: { algorithm: "AES256" } }]);
});

function org(): DeskOrg {
  const accounts = [
    { id: hub, name: "security", state: "ACTIVE" },
    { id: one, name: "payments", state: "ACTIVE" },
    { id: two, name: "web", state: "ACTIVE" },
    { id: closed, name: "old", state: "SUSPENDED" },
  ];
  const known = <T>(value: T) => ({ known: true as const, value });
  const session = async (account: string) =>
    enrolled.has(account)
      ? known({ accessKeyId: account, secretAccessKey: "test" })
      : { known: false as const, error: { name: "NotEnrolled", message: "not allowed to assume the role" } };
  const clientsOf: DeskOrg["clientsOf"] = ({ account, region }) => {
    const clients = aws.root(account, region);
    const send = async (command: never) => {
      const calls = throttled.get(account);
      if (calls === undefined) return clients.s3.send(command);
      throttled.set(account, calls + 1);
      throw Object.assign(new Error("slow down"), { name: "SlowDown" });
    };
    return { ...clients, s3: { send, config: clients.s3.config } } as unknown as Clients;
  };
  return {
    sweep: {
      stage: "test",
      settings,
      directory: {
        accounts: async () => known(accounts),
        account: async (id) => known(accounts.find((each) => each.id === id) ?? null),
        ous: async () => known([]),
        tags: async () => known({}),
      },
      sessions: { of: session, confirm: session },
      clientsOf,
      regionsOf: async () => known(settings.regions.filter((region) => region !== unused)),
    },
    clientsOf,
  };
}

async function make(account: string, region: string, count: number): Promise<string[]> {
  const { s3 } = aws.root(account, region);
  const names = Array.from({ length: count }, () => `org-${randomUUID()}`);
  const where = region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as never } };
  await Promise.all(names.map((Bucket) => s3.send(new CreateBucketCommand({ Bucket, ...where }))));
  return names;
}

const last = (account: string) => readLast(desk.sweep.ledger, { account, region: "all" }, "sweep");
const record = (account: string) => readAccount(desk.sweep.ledger, account);
const outcomeOf = async (account: string, region: string, bucket: string) =>
  (await readState(desk.sweep.ledger, { partition: "aws", account, region, bucket })).outcome;

const runOf = async (account: string) =>
  (await currentRun(desk.sweep.ledger, { account, region: "all" }, "sweep")) ?? "none";

/** Has the accounts reported that were swept, as if a quarter of an hour had passed. */
async function report(): Promise<Alert[]> {
  const waiting = desk.own.splice(0).filter(({ body }) => body.schema === "bucketseal.report/1");
  for (const { body } of waiting) await desk.tell(body);
  return (await desk.hub.alerts()).filter(({ accounts }) => accounts !== undefined);
}

test("the schedule sweeps every account in all covered Regions, once however often it is delivered, and says who is not reached", async () => {
  const [here = "", gone = ""] = await make(one, "us-east-1", 12);
  const [there = ""] = await make(one, "eu-west-1", 1);
  const [elsewhere = ""] = await make(one, "ap-south-1", 1);
  const [other = ""] = await make(hub, "eu-west-1", 1);
  enrolled.delete(two);
  await desk.tell(scheduled, "start");
  await desk.drain();
  expect(await last(one)).toMatchObject({ by: "schedule", counts: { seen: 13, failed: 0 } });
  expect(await last(hub)).toMatchObject({ counts: { seen: 1 } });
  expect(await outcomeOf(one, "us-east-1", here)).toBe("left alone");
  expect(await outcomeOf(one, "eu-west-1", there)).toBe("left alone");
  expect(await outcomeOf(hub, "eu-west-1", other)).toBe("left alone");
  expect(await outcomeOf(one, "ap-south-1", elsewhere)).not.toBe("left alone");
  const run = (await last(one))?.run;
  expect(await record(one)).toMatchObject({ enrolment: "enrolled", name: "payments", counts: { seen: 13 } });
  expect(await record(two)).toMatchObject({ enrolment: "not enrolled", lastSweep: null });
  expect(await record(closed)).toMatchObject({ enrolment: "suspended", state: "SUSPENDED", lastSweep: null });

  const told = await report();
  expect(told.map(({ accounts }) => accounts?.counts)).toEqual([
    { enrolled: 2, "not enrolled": 1, unreachable: 0, suspended: 1 },
  ]);
  expect(told[0]?.accounts?.samples.map(({ account }) => account)).toEqual([two, closed]);

  // The same start, delivered again after all is over.
  await desk.tell(scheduled, "start");
  await desk.drain();
  expect((await last(one))?.run).toBe(run);
  expect(await report()).toEqual([]);

  await aws.root(one).s3.send(new DeleteBucketCommand({ Bucket: gone }));
  unused = "eu-west-1";
  await desk.tell(startMessage("dana", one), "by hand");
  await desk.drain();
  expect(await record(one)).toMatchObject({ notOptedIn: ["eu-west-1"] });
  expect(await last(one)).toMatchObject({ by: "dana", counts: { seen: 13, gone: 1 } });
  expect(await outcomeOf(one, "us-east-1", gone)).toBe("gone");
});

test("an account that throttles everything slows nobody else, is looked at a few times, and goes on when it is over", async () => {
  await make(one, "us-east-1", 31);
  await make(two, "us-east-1", 11);
  desk.own.splice(0);
  await desk.tell(startMessage("dana", "all"), "start");
  for (;;) {
    const at = desk.own.findIndex(({ delay }) => delay === 0);
    const [next] = at < 0 ? [] : desk.own.splice(at, 1);
    if (next === undefined) break;
    await desk.tell(next.body, randomUUID(), next.hops);
  }
  throttled.set(one, 0);
  // As SQS delivers them: five to an instance, those that come back at the end.
  for (let rounds = 0; (await last(two)) === null; rounds++) {
    if (rounds > 3) throw new Error("the other account's sweep does not end");
    await desk.look(...desk.lane.splice(0, 5));
    const ends = desk.own.splice(0).filter(({ delay }) => delay === 0);
    for (const { body, hops } of ends) await desk.tell(body, randomUUID(), hops);
  }
  expect(await last(two)).toMatchObject({ counts: { seen: 11, failed: 0 } });
  expect(await last(one)).toBeNull();
  await desk.look(...desk.lane.splice(0, 5));
  // Four failures and what was under way beside them; the others are put off without a look.
  expect(throttled.get(one)).toBeLessThanOrEqual(7);
  expect(desk.lane.map(({ delay }) => delay >= 5)).toEqual([true, true, true, true]);

  throttled.delete(one);
  desk.later(1);
  await desk.drain();
  expect(await last(one)).toMatchObject({ counts: { seen: 31, failed: 0 } });
});

test("an account whose buckets cannot be listed is tried some times, then recorded, and its next sweep works", async () => {
  await make(one, "us-east-1", 1);
  throttled.set(one, 0);
  await desk.tell(startMessage("dana", one), "start");
  await desk.drain();
  // Nobody has listed the accounts before: its name was asked for.
  expect(await record(one)).toMatchObject({ enrolment: "enrolled", name: "payments", tried: null });
  const names = { schema: "bucketseal.names/1", run: await runOf(one), token: null, account: one } as const;
  expect(await desk.tell(names, "names", 0, 5)).toBe(1);
  expect(await desk.tell(names, "names", 0, 6)).toBe(0);
  expect(await record(one)).toMatchObject({ enrolment: "unreachable", why: expect.stringContaining("slow down") });
  throttled.delete(one);
  await desk.tell(startMessage("dana", one), "again");
  await desk.drain();
  expect(await last(one)).toMatchObject({ counts: { seen: expect.any(Number), failed: 0 } });
  expect(await record(one)).toMatchObject({ enrolment: "enrolled", why: null });
});

test("an account that stays as it was says which start found that, so that whoever sent it need not wait", async () => {
  enrolled.delete(two);
  for (const start of ["one", "two"]) {
    await desk.tell(startMessage("dana", two), start);
    await desk.drain();
    expect(await record(two)).toMatchObject({ enrolment: "not enrolled", name: "web", tried: start });
  }
  await desk.tell(startMessage("dana", "all"), "three");
  await desk.drain();
  expect(await record(two)).toMatchObject({ enrolment: "not enrolled", tried: "three" });
  expect(await record(closed)).toMatchObject({ enrolment: "suspended", tried: "three" });
});

test("a push has the buckets of members looked at in one run with those at home", async () => {
  const [bucket = ""] = await make(one, "eu-west-1", 1);
  await desk.tell(startMessage("dana", one), "start");
  await desk.drain();
  expect(await outcomeOf(one, "eu-west-1", bucket)).toBe("left alone");
  const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true };
  await desk.hub.push([{ match: { buckets: ["org-*"] }, encryption, mode: "observe" }]);
  desk.later(1);
  await desk.tell({ schema: "bucketseal.start/1", kind: "push", by: "erin", from: 1, to: 2 });
  await desk.drain();
  expect(await desk.last("push")).toMatchObject({ counts: { failed: 0 } });
  expect((await desk.last("push"))?.counts.seen).toBeGreaterThanOrEqual(1);
  expect(await outcomeOf(one, "eu-west-1", bucket)).not.toBe("left alone");
});

test("messages about places that are not covered are malformed, and keys of members are looked at where there are buckets", async () => {
  await make(one, "eu-west-1", 1);
  await desk.tell(startMessage("dana", one), "start");
  const looked: unknown[] = [];
  for (;;) {
    const at = desk.own.findIndex(({ delay }) => delay === 0);
    const [next] = at < 0 ? [] : desk.own.splice(at, 1);
    if (next === undefined) break;
    if (next.body.schema === "bucketseal.keys/1") looked.push(next.body.region);
    await desk.tell(next.body, randomUUID(), next.hops);
  }
  expect(looked).toContain("eu-west-1");
  const keys = { schema: "bucketseal.keys/1", arns: null, trigger: null, again: false } as const;
  await desk.tell({ ...keys, account: one, region: "ap-south-1" });
  const dead = await desk.hub.waiting(desk.sweep.settings.DEAD_LETTER_QUEUE_URL);
  expect(dead.map(({ cause }) => cause)).toEqual(["ap-south-1 is none of the organization's Regions"]);
});
