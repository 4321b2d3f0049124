import { randomUUID } from "node:crypto";
import {
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { changeNotificationState, readNotificationState } from "#aws/ledger/notification-state";
import { readNotifications } from "#aws/s3/bucket-notifications";
import type { Alert } from "#core/alert/schema";
import type { BackfillWindow } from "#core/backfill/window";
import type { Work } from "#core/bucket/work";
import type { Plan } from "#core/decide/plan";
import { isOwn } from "#core/event/actor";
import type { Trigger } from "#core/event/trigger";
import type { WindowBackfills } from "#core/ledger/ledger";
import { compilePolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import { policySchema } from "#core/policy/policy";
import { notificationDuty } from "../../../functions/notifications/duty.ts";
import { conformance } from "../../support/local-aws/conformance.ts";
import { ledgerTable } from "../../support/local-aws/ledger-table.ts";

const aws = conformance();
const OWN = "arn:aws:iam::111122223333:role/bucketseal";
const alice = "arn:aws:iam::111122223333:user/alice";
let queueArn: string;
let alerts: Alert[];
let ref: BucketRef;
let now: number;
/** Seconds after which another look was asked for. */
let asked: number[];

beforeAll(async () => {
  await ledgerTable(aws.dynamodb, "ledger");
  const QueueName = "theirs";
  const policy = { Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }] };
  await aws.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy: JSON.stringify(policy) } }));
  queueArn = `arn:aws:sqs:${aws.region}:${aws.account}:${QueueName}`;
});

beforeEach(async () => {
  alerts = [];
  asked = [];
  now = Date.parse("2026-11-21T08:15:00.500Z");
  ref = { partition: "aws", account: aws.account, region: aws.region, bucket: await aws.bucket() };
});

const theirs = (Id: string): NotificationConfiguration => ({
  QueueConfigurations: [{ Id, QueueArn: queueArn, Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
});
const write = (NotificationConfiguration: NotificationConfiguration) =>
  aws.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: ref.bucket, NotificationConfiguration }));
const configured = async () => {
  const read = await readNotifications(aws.s3, ref);
  return read.known ? read.value : null;
};

function trigger(second: string, arn = alice, eventName = "PutBucketNotification"): Trigger {
  const actor = {
    type: "IAMUser",
    arn,
    accountId: null,
    session: null,
    sourceIdentity: null,
    sourceIp: null,
    invokedBy: null,
  };
  const eventTime = `2026-11-21T08:15:${second}Z`;
  return { eventId: randomUUID(), eventName, eventTime, actor, issuer: null, requested: null };
}

function ownTrigger(second: string): Trigger {
  return { ...trigger(second, "arn:aws:sts::111122223333:assumed-role/bucketseal/session"), issuer: OWN };
}

/** One look at the bucket's notifications, under this rule's objects. */
async function look(
  objects: object,
  more: {
    triggers?: Trigger[];
    manages?: boolean;
    s3?: S3Client;
    mode?: string;
    paused?: string;
    verdict?: Plan["verdict"];
    backfills?: WindowBackfills;
    fold?: string;
  } = {},
): Promise<void> {
  const rules = [{ id: "baseline", encryption: { algorithm: "AES256" }, mode: more.mode ?? "enforce", objects }];
  const policy = compilePolicy(
    policySchema.parse({ version: 1, keys: {}, rules, ...(more.fold && { fold: more.fold }) }),
  );
  const duty = notificationDuty({
    clients: () => ({ s3: more.s3 ?? aws.s3, kms: aws.kms }),
    ledger: { dynamodb: aws.dynamodb, table: "ledger" },
    manages: more.manages ?? true,
    lookAgain: async (_, seconds) => void asked.push(seconds),
    ports: {
      policy: async () => ({ policy, version: 1, observeOnly: null }),
      paused: async () => ({ known: true, value: more.paused ?? null }),
      publish: async (alert) => void alerts.push(alert),
      now: () => now,
      isOwn: (event) => isOwn(event, OWN),
      ...(more.backfills && { backfills: more.backfills }),
    },
  });
  const work: Work = { ref, ids: ["1"], triggers: more.triggers ?? [], after: [], since: null, hops: 0 };
  await duty(work, { rule: "baseline", verdict: more.verdict ?? "compliant" } as Plan);
}

const byEvents = { onWrite: "enforce", source: "s3-events" };
const managed = { ...byEvents, manageNotifications: true };

describe("events that somebody switches off and on all the time", () => {
  /** Switched off and on again, once a minute; each time somebody looks. */
  async function flap(times: number): Promise<void> {
    for (let at = 0; at < times; at += 1) {
      await write({});
      await look(byEvents);
      await write({ EventBridgeConfiguration: {} });
      now += 30_000;
      await look(byEvents);
      now += 30_000;
    }
  }

  test("are told twice, and then together when the time of the first alert is over", async () => {
    await flap(6);
    expect(alerts.map(({ outcome }) => outcome)).toEqual(["reported", "reported"]);
    // A look that tells the rest is asked for, once.
    expect(asked).toEqual([481]);
    now = Date.parse(alerts[0]?.time ?? "") + 601_000;
    await look(byEvents);
    await look(byEvents);
    const [first, , together, ...others] = alerts;
    expect(others).toEqual([]);
    expect(together).toMatchObject({
      outcome: "reported",
      severity: "high",
      repeated: { incident: first?.id, times: 6, since: first?.time, folded: [{ actor: null, count: 4 }] },
    });
    expect(together?.reasons).toEqual([expect.stringMatching(/switched off, on or missing 4 more times between/)]);
    expect(together?.next).toEqual([expect.stringContaining("PutBucketNotification")]);
  });

  test("are told with how they are by then, and are no news for twice the time", async () => {
    await flap(3);
    await write({});
    await look(byEvents);
    now = Date.parse(alerts[0]?.time ?? "") + 601_000;
    await look(byEvents);
    expect(alerts).toHaveLength(3);
    expect(alerts[2]?.next[0]).toContain("put-bucket-notification-configuration");
    expect(alerts[2]?.repeated?.folded[0]?.count).toBe(2);
    now += 900_000;
    await flap(1);
    await flap(1);
    expect(alerts).toHaveLength(3);
    now += 300_000;
    await look(byEvents);
    expect(alerts).toHaveLength(4);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(4);
  });

  test("are each told where the policy says fold: 0s", async () => {
    for (let at = 0; at < 3; at += 1) {
      await write({});
      await look(byEvents, { fold: "0s" });
      await write({ EventBridgeConfiguration: {} });
      await look(byEvents, { fold: "0s" });
    }
    expect(alerts).toHaveLength(3);
    expect(asked).toEqual([]);
  });

  test("have the times without events told as one, and none is lost", async () => {
    const call = (second: string, sendsEvents: boolean): Trigger => ({
      ...trigger(second),
      requested: { kind: "notifications", sendsEvents } as Trigger["requested"],
    });
    await write({ EventBridgeConfiguration: {} });
    for (const at of [10, 20, 30, 40]) {
      await look(byEvents, { triggers: [call(`${at}`, false), call(`${at + 5}`, true)] });
    }
    expect(alerts.map(({ reasons }) => reasons[0])).toEqual([
      expect.stringContaining("08:15:10Z and 2026-11-21T08:15:15Z"),
      expect.stringContaining("08:15:20Z and 2026-11-21T08:15:25Z"),
    ]);
    now += 601_000;
    await look(byEvents);
    expect(alerts).toHaveLength(3);
    expect(alerts[2]?.reasons[0]).toContain("sent none between 2026-11-21T08:15:30Z and 2026-11-21T08:15:45Z");
    expect(alerts[2]?.next[0]).toContain(`bucketseal backfill ${ref.bucket}`);
    expect((await readNotificationState({ dynamodb: aws.dynamodb, table: "ledger" }, ref)).gaps).toHaveLength(4);
  });
});

describe("a bucket that does not send its events to EventBridge", () => {
  test("is reported once, with the command, and not written", async () => {
    await write(theirs("mine"));
    await look(byEvents);
    await look(byEvents);
    expect(alerts.map(({ outcome, severity }) => [outcome, severity])).toEqual([["reported", "high"]]);
    expect(alerts[0]?.next[0]).toContain(`put-bucket-notification-configuration --bucket ${ref.bucket}`);
    expect(await configured()).toEqual(theirs("mine"));
  });

  test("is reported again where it is another bucket under a name that was deleted, once for each deletion", async () => {
    const deleted = trigger("10", alice, "DeleteBucket");
    await look(byEvents);
    await look(byEvents, { triggers: [deleted] });
    await look(byEvents, { triggers: [deleted] });
    expect(alerts).toHaveLength(2);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(2);
  });

  test("is reported again where a look found the former bucket of its name gone, with or without an event", async () => {
    await look(byEvents);
    for (const triggers of [[], [trigger("10", alice, "DeleteBucket")]]) {
      now += 1_000;
      await look(byEvents, { verdict: "gone", triggers });
      await look(byEvents, { verdict: "gone", triggers });
      await look(byEvents);
    }
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(3);
  });

  test("has them switched on where it is another bucket under a name whose events were switched on before", async () => {
    await look(managed);
    await write({});
    now += 20_000;
    await look(managed, { triggers: [trigger("10", alice, "DeleteBucket")] });
    expect(await configured()).toEqual({ EventBridgeConfiguration: {} });
    expect(alerts.flatMap(({ reasons }) => reasons).join()).not.toContain("switched them off again");
  });

  test("has one alert id, however many looks report it at once, and another one the next time", async () => {
    await Promise.all([look(byEvents), look(byEvents)]);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(1);
    await write({ EventBridgeConfiguration: {} });
    await look(byEvents);
    await write({});
    await look(byEvents);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(2);
  });

  test("is reported again after it was on and somebody switched it off", async () => {
    await look(byEvents);
    await write({ EventBridgeConfiguration: {} });
    await look(byEvents);
    await write({});
    await look(byEvents, { triggers: [trigger("30")] });
    expect(alerts.map(({ actor }) => actor?.arn)).toEqual([undefined, alice]);
  });

  test.each([
    ["without the right", { manages: false }, "this deployment lacks the permission"],
    ["while the rule is observed", { mode: "observe" }, "only observes"],
    ["while writes are paused", { paused: "writes are paused: lunch" }, "lunch"],
  ])("is reported and not written %s, although the rule would let us", async (_, more, why) => {
    await look(managed, more);
    expect(alerts[0]?.reasons[1]).toContain(why);
    expect(await configured()).toEqual({});
  });

  test.each([
    ["by data events", { onWrite: "enforce", source: "data-events", manageNotifications: true }],
    ["not at all", { onWrite: "off", manageNotifications: true }],
  ])("is as it should be if objects are covered %s", async (_, objects) => {
    await look(objects);
    expect([alerts, await configured()]).toEqual([[], {}]);
  });
});

describe("events that were off for a while", () => {
  const switched = (second: string, sendsEvents: boolean, arn = alice): Trigger => ({
    ...trigger(second, arn),
    requested: { kind: "notifications", sendsEvents },
  });
  const off = switched("10", false);
  const on = switched("40", true);

  test.each<[string, Trigger[][]]>([
    ["in one look", [[off, on]]],
    ["in two", [[off], [on]]],
    ["in the wrong order", [[on], [off]]],
    ["and more than once", [[off], [on, off], [on], [off]]],
  ])("are told with the gap, once, though no look saw them off: calls that arrive %s", async (_, looks) => {
    await write({ EventBridgeConfiguration: {} });
    for (const triggers of looks) await look(managed, { triggers });
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ outcome: "reported", severity: "high" });
    expect(alerts[0]?.reasons[0]).toContain(`sent none between ${off.eventTime} and ${on.eventTime}`);
    expect(alerts[0]?.next[0]).toContain(`list-objects-v2 --bucket ${ref.bucket}`);
    const kept = await readNotificationState({ dynamodb: aws.dynamodb, table: "ledger" }, ref);
    expect(kept.gaps).toEqual([{ id: off.eventId, from: off.eventTime, to: on.eventTime }]);
  });

  test("are closed by a backfill where the rule says so, asked for until it is taken, and once", async () => {
    const objects = { ...byEvents, atRest: "enforce", closeDriftWindows: true };
    const taken: [BackfillWindow, string][] = [];
    let isUp = false;
    const backfills = {
      reach: () => true,
      ask: async (_: BucketRef, window: BackfillWindow, versions: string) => {
        if (!isUp) throw new RetryableError("SQS is down");
        taken.push([window, versions]);
      },
    };
    await write({ EventBridgeConfiguration: {} });
    await expect(look(objects, { triggers: [off, on], backfills })).rejects.toThrow("SQS is down");
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.next[0]).toContain("starts by itself");
    isUp = true;
    await look(objects, { triggers: [off, on], backfills });
    await look(objects, { triggers: [off, on], backfills });
    const to = "2026-11-21T08:20:40.000Z";
    expect(taken).toEqual([[{ id: expect.stringMatching(/^gap-/), kind: "gap", from: off.eventTime, to }, "current"]]);
    expect(alerts).toHaveLength(1);
  });

  test("are told, even if the two calls are looked at at once", async () => {
    await write({ EventBridgeConfiguration: {} });
    await Promise.all([look(managed, { triggers: [off] }), look(managed, { triggers: [on] })]);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(1);
  });

  test("are told once with whoever switched them off, not with who changed something else", async () => {
    const other = switched("50", true, "arn:aws:iam::111122223333:user/ci");
    await look(byEvents, { triggers: [off, { ...other, eventTime: "2026-11-21T08:15:05Z" }] });
    expect(alerts.map(({ actor }) => actor?.arn)).toEqual([alice]);
  });

  test("are told when it is sure that they are on again, though no call says so", async () => {
    await write({ EventBridgeConfiguration: {} });
    now = Date.parse(off.eventTime) + 60_000;
    await look(managed, { triggers: [off] });
    expect(alerts).toEqual([]);
    now += 15 * 60_000;
    await look(managed);
    await look(managed);
    expect(alerts.map(({ reasons }) => reasons[0])).toEqual([expect.stringContaining("sent none between")]);
  });
});

describe("the option manageNotifications", () => {
  test("switches events on and keeps everybody's notifications", async () => {
    await write(theirs("mine"));
    await look(managed);
    await look(managed);
    expect(await configured()).toEqual({ ...theirs("mine"), EventBridgeConfiguration: {} });
    expect(alerts.map(({ outcome, severity }) => [outcome, severity])).toEqual([["changed", "info"]]);
  });

  test("reports a notification that somebody adds right after our write", async () => {
    await look(managed, { s3: beside("after", () => write(theirs("new"))) });
    expect(alerts[0]).toMatchObject({ outcome: "failed", severity: "critical" });
    expect(alerts[0]?.reasons.join()).toContain("switched off again");
    expect(alerts[0]?.reasons.join()).toContain("new in QueueConfigurations");
  });

  test("reports a notification that was lost between our read and our write when its event arrives", async () => {
    const known = trigger("00");
    await look(managed, { triggers: [known], s3: beside("before", () => write(theirs("new"))) });
    expect(await configured()).toEqual({ EventBridgeConfiguration: {} });
    expect(alerts.map(({ severity }) => severity)).toEqual(["info"]);
    now += 3_000;
    await look(managed, { triggers: [known] });
    await look(managed, { triggers: [ownTrigger("00")] });
    expect(alerts).toHaveLength(1);
    await look(managed, { triggers: [trigger("00")] });
    expect(alerts[1]).toMatchObject({ outcome: "failed", severity: "critical", actor: { arn: alice } });
  });

  test("reports a lost notification at once if its event arrives while our write is under way", async () => {
    const meanwhile = async () => {
      await write(theirs("new"));
      await look(managed, { triggers: [trigger("00")] });
    };
    await look(managed, { s3: beside("before", meanwhile) });
    expect(await configured()).toEqual({ EventBridgeConfiguration: {} });
    expect(alerts.map(({ severity }) => severity).sort()).toEqual(["critical", "info"]);
    expect(alerts.find(({ severity }) => severity === "critical")).toMatchObject({ actor: { arn: alice } });
    await look(managed, { triggers: [ownTrigger("00")] });
    expect(alerts).toHaveLength(2);
  });

  test("has one of two concurrent looks write", async () => {
    const meanwhile = async () => {
      await look(managed);
      expect([await configured(), alerts]).toEqual([{}, []]);
    };
    await look(managed, { s3: beside("before", meanwhile) });
    expect(await configured()).toEqual({ EventBridgeConfiguration: {} });
    expect(alerts.map(({ severity }) => severity)).toEqual(["info"]);
  });

  test("retries a write that failed at once, and one that never finished after a minute", async () => {
    const failing = () => Promise.reject(new RetryableError("time is up"));
    await expect(look(managed, { s3: beside("before", failing) })).rejects.toThrow("time is up");
    await look(managed);
    expect(await configured()).toEqual({ EventBridgeConfiguration: {} });
    await write({});
    const from = new Date(now).toISOString();
    const begun = { from, to: new Date(now + 60_000).toISOString(), done: false, events: [] };
    await changeNotificationState({ dynamodb: aws.dynamodb, table: "ledger" }, ref, { write: begun });
    await look(managed);
    expect(await configured()).toEqual({});
    now += 61_000;
    await look(managed);
    expect(await configured()).toEqual({ EventBridgeConfiguration: {} });
  });

  test("reports events that somebody switches off again within ten minutes, and looks at them again by itself", async () => {
    await look(managed);
    await write({});
    now += 60_000;
    await look(managed, { triggers: [trigger("50")] });
    expect(await configured()).toEqual({});
    expect(alerts[1]?.reasons[1]).toContain("switched them off again");
    await look(managed, { triggers: [trigger("51")] });
    // Once, as it is told once; no event comes by itself.
    expect(asked).toEqual([541]);
    now += 541_000;
    await look(managed);
    expect(await configured()).toEqual({ EventBridgeConfiguration: {} });
  });

  test("reports a refusal", async () => {
    const statements = [{ Effect: "Allow", Action: "s3:GetBucketNotification", Resource: "*" }];
    const { s3 } = await aws.otherUser(statements);
    await look(managed, { s3 });
    expect(alerts[0]).toMatchObject({ outcome: "reported", severity: "high" });
    expect(alerts[0]?.reasons[1]).toContain("AccessDenied");
    const nobody = await aws.otherUser([{ Effect: "Allow", Action: "kms:*", Resource: "*" }]);
    await look(managed, { s3: nobody.s3 });
    expect(alerts[1]).toMatchObject({ outcome: "unreadable", severity: "high" });
  });
});

/** A client during whose own write somebody else writes. */
function beside(when: "before" | "after", write: () => Promise<unknown>): S3Client {
  return new Proxy(aws.s3, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return async (command: never) => {
        const isWrite = (command as object) instanceof PutBucketNotificationConfigurationCommand;
        if (isWrite && when === "before") await write();
        const answer = await target.send(command);
        if (isWrite && when === "after") await write();
        return answer;
      };
    },
  });
}
