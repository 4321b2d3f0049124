import { describe, expect, test } from "vitest";
import type { Ports } from "#core/bucket/ports";
import { reconcile } from "#core/bucket/reconcile";
import type { BucketEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import { LEASE_SECONDS } from "#core/ledger/lease";
import type { BucketState } from "#core/ledger/state";
import { outbox } from "../../support/batch/outbox.ts";
import { type Desk, desk, OWN_ROLE } from "../../support/core/desk.ts";
import {
  aes,
  anIntent,
  aRequest,
  aState,
  aTrigger,
  at,
  eventAt,
  foreign,
  kms,
  NOW,
  someWork,
  wanted,
} from "../../support/core/loop.ts";
import { aliasArn, keyArn, known } from "../../support/core/world.ts";
import { person } from "../../support/simulation/simulation.ts";
import { inForce } from "../../support/simulation/story.ts";

const own = aTrigger({ eventId: "own", actor: person("x"), issuer: OWN_ROLE, requested: aRequest(kms) });
const delivered = (encryption: BucketEncryption) => aTrigger({ requested: aRequest(encryption) });

function found(
  encryption: BucketEncryption | null,
  remembered: Partial<BucketState> = {},
  replace?: Parameters<typeof desk>[0],
): Desk {
  const here = desk(replace);
  here.aws.history.splice(0, 1, { at: 0, encryption });
  here.aws.state = aState(remembered);
  return here;
}

const look = (
  here: Desk,
  triggers: readonly Trigger[] = [aTrigger()],
  after: readonly ("recheck" | "settle" | "busy")[] = [],
) => reconcile(here.ports, someWork({ triggers, after }));

describe("a look at a bucket", () => {
  test("that is as declared reads it once and writes nothing", async () => {
    const here = found(kms);
    expect(await look(here, [delivered(kms)])).toMatchObject({
      kind: "done",
      outcome: "left alone",
      plan: { rule: "baseline" },
    });
    expect(here.aws.state).toMatchObject({ outcome: "left alone", observed: kms, policyVersion: 7, rev: 2 });
  });

  test("that is as declared answers the event that asked for that, and no other", async () => {
    const result = await look(found(kms), [delivered(kms)]);
    if (result.kind !== "done") throw new Error(result.why);
    expect([result.readAt, result.answers(delivered(kms)), result.answers(delivered(aes))]).toEqual([NOW, true, false]);
  });

  test("that is as declared writes nothing to the ledger the second time either", async () => {
    const here = found(kms);
    await look(here, [delivered(kms)]);
    here.made.length = 0;
    await look(here, [delivered(kms)]);
    expect(here.made).not.toContain("save");
  });

  test("that is not as declared repairs it, and the alert names the culprit", async () => {
    const here = found(aes);
    expect(await look(here)).toMatchObject({
      kind: "done",
      outcome: "changed",
      plan: { action: "write", before: aes },
    });
    expect(here.aws.encryption).toEqual(kms);
    expect(here.aws.published[0]?.alert).toMatchObject({ outcome: "changed", actor: { arn: person("alice").arn } });
    expect(here.aws.state.triggers.map((event) => event.eventId)).toEqual(["event-1"]);
  });

  test("that no rule matches leaves it alone", async () => {
    const here = found(aes);
    here.aws.inForce = { ...inForce("nothing") };
    expect(await look(here)).toMatchObject({ kind: "done", outcome: "left alone" });
  });

  test("that is stronger in one thing and weaker in another is repaired in that, and the rest is told at once", async () => {
    const dsse = { algorithm: "aws:kms:dsse", key: keyArn(1), bucketKey: false, sseC: "SSE-C" } as const;
    const here = found({ ...dsse, sseC: "NONE" });
    const event = aTrigger({ requested: aRequest({ ...dsse, sseC: "NONE" }) });
    expect(await look(here, [event])).toMatchObject({ kind: "done", outcome: "held" });
    expect(here.aws.encryption).toEqual(dsse);
    const [changed, held, ...more] = here.aws.published.map(({ alert }) => alert);
    expect(changed).toMatchObject({ outcome: "changed", before: { sseC: "NONE" }, after: dsse });
    expect(held).toMatchObject({ outcome: "held", actor: { arn: person("alice").arn }, before: dsse });
    expect(more).toEqual([]);
    await look(here, [own]);
    expect([here.aws.writes.length, here.aws.published.length]).toEqual([1, 2]);
    expect(here.aws.state).toMatchObject({ outcome: "held", blamed: event });
  });

  test("that is only observed names the time in which objects were written under another key, once it is over", async () => {
    const here = found(foreign);
    here.aws.inForce = inForce("observe");
    const event = aTrigger({ requested: aRequest(foreign) });
    expect(await look(here, [event])).toMatchObject({ outcome: "reported" });
    here.aws.set(here.now, kms);
    const mended = aTrigger({ eventId: "event-2", eventTime: eventAt(0), requested: aRequest(kms) });
    expect(await look(here, [mended])).toMatchObject({ outcome: "left alone" });
    const [window, ...more] = here.aws.state.driftWindows;
    expect(window).toMatchObject({ algorithm: "aws:kms", key: keyArn(2), from: event.eventTime });
    expect(more).toEqual([]);
    const [, over] = here.aws.published.map(({ alert }) => alert);
    expect(over?.reasons).toContainEqual(expect.stringMatching(/^objects written between .* to be backfilled$/));
    await look(here, [mended]);
    expect(here.aws.published).toHaveLength(2);
  });

  test("whose key is disabled has SSE-C blocked all the same, and is held for the rest", async () => {
    const here = found({ ...aes, sseC: "NONE" });
    here.aws.addKey(keyArn(1), { state: "Disabled" }, aliasArn("s3-default"));
    const event = aTrigger({ requested: aRequest({ ...aes, sseC: "NONE" }) });
    expect(await look(here, [event])).toMatchObject({ kind: "done", outcome: "held" });
    expect(here.aws.encryption).toEqual(aes);
    expect(here.aws.published.map(({ alert }) => [alert.outcome, alert.severity])).toEqual([
      ["changed", "medium"],
      ["held", "critical"],
    ]);
  });

  test("that is held raises one alert that says why", async () => {
    const here = found(aes);
    here.aws.addKey(keyArn(1), { state: "Disabled" }, aliasArn("s3-default"));
    for (let time = 0; time < 2; time++) expect(await look(here)).toMatchObject({ kind: "done", outcome: "held" });
    expect(here.aws.published).toHaveLength(1);
    expect(here.aws.state.blamed).toEqual(aTrigger());
    expect(here.aws.writes).toEqual([]);
  });

  test("that cannot be read is repeated once, and never written", async () => {
    const here = found(aes);
    here.aws.readable = false;
    expect(await look(here)).toEqual({ kind: "later", seconds: 15, why: "recheck" });
    expect(here.aws.state.outcome).toBe("unreadable");
    expect(await look(here, [aTrigger()], ["recheck"])).toMatchObject({ kind: "done", outcome: "unreadable" });
    expect(here.aws.published).toHaveLength(1);
    expect(here.aws.state.observed).toBeNull();
  });

  test("that took long looks once more right before it writes, and leaves alone what has changed", async () => {
    const slow = (here: Desk, encryption: BucketEncryption): Ports => ({
      ...here.ports,
      ledger: {
        ...here.ports.ledger,
        save: async (ref, state) => {
          const saved = await here.ports.ledger.save(ref, state);
          if (state.intent !== null && here.aws.writes.length === 0) {
            here.now += 2_000;
            here.aws.set(here.now, encryption);
          }
          return saved;
        },
      },
    });
    const [changed, unchanged] = [found(aes), found(aes)];
    await reconcile(slow(changed, { ...kms, algorithm: "aws:kms:dsse", bucketKey: false }), someWork());
    expect(changed.aws.writes).toEqual([]);
    await reconcile(slow(unchanged, aes), someWork());
    expect(unchanged.aws.writes).toHaveLength(1);
  });

  test("at another bucket under a name that was deleted reports it, and blames who made it", async () => {
    const here = found(aes);
    here.aws.inForce = inForce("observe");
    expect(await look(here, [aTrigger()])).toMatchObject({ outcome: "reported" });
    here.now += 65_000;
    const deleted = aTrigger({
      eventId: "deleted",
      eventName: "DeleteBucket",
      eventTime: eventAt(60),
      requested: null,
    });
    const remade = aTrigger({
      eventId: "remade",
      eventName: "CreateBucket",
      eventTime: eventAt(61),
      actor: person("ci"),
      requested: null,
    });
    expect(await look(here, [deleted, remade], ["recheck"])).toMatchObject({ outcome: "reported" });
    expect(here.aws.published.map(({ alert }) => alert.actor?.arn)).toEqual([person("alice").arn, person("ci").arn]);
    expect(await look(here, [deleted, remade], ["recheck"])).toMatchObject({ outcome: "reported" });
    expect(here.aws.published).toHaveLength(2);
  });

  test("blames for another bucket nobody who changed the former one, in whatever order the events come", async () => {
    const on = (eventId: string, eventName: string, seconds: number, name: string) =>
      aTrigger({ eventId, eventName, eventTime: eventAt(seconds), actor: person(name), requested: null });
    const former = aTrigger({ eventTime: eventAt(-40) });
    const deleted = on("deleted", "DeleteBucket", -30, "alice");
    const remade = on("remade", "CreateBucket", -29, "ci");
    const blames = async (...batches: readonly (readonly Trigger[])[]) => {
      const shown = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } as const;
      const exemptUntil = { shown, until: at(3600), by: "dana", why: null };
      const here = found(aes, { outcome: "exempt", observed: aes, since: at(-50), exemptUntil, writes: [at(-50)] });
      here.aws.inForce = inForce("observe");
      for (const batch of batches) await look(here, batch, ["recheck"]);
      expect(here.aws.state).toMatchObject({ outcome: "reported", writes: [] });
      expect(here.aws.state.exemptUntil).toBeUndefined();
      return here.aws.published.map(({ alert }) => alert.actor?.arn);
    };
    expect(await blames([former, deleted, remade])).toEqual([person("ci").arn]);
    expect(await blames([deleted, remade], [former])).toEqual([person("ci").arn]);
    expect(await blames([remade], [deleted])).toHaveLength(1);
  });

  test("at a bucket that was deleted forgets it, and alerts nobody", async () => {
    const here = found(null, { outcome: "reported", told: "x", since: at(-60), lastWriteAt: at(-60) });
    const deleted = aTrigger({ eventId: "deleted", eventName: "DeleteBucket", requested: null });
    expect(await look(here, [deleted])).toMatchObject({ kind: "done", outcome: "gone" });
    expect(here.aws.published).toEqual([]);
    expect(here.aws.state).toMatchObject({ outcome: "gone", told: null, lastWriteAt: null, driftWindows: [] });
  });

  test("that is gone is repeated once, since the bucket existed when the call was made", async () => {
    const here = found(null);
    expect(await look(here)).toEqual({ kind: "later", seconds: 15, why: "recheck" });
    expect(await look(here, [aTrigger()], ["recheck"])).toMatchObject({ kind: "done", outcome: "gone" });
  });

  test("that shows no trace of a very recent call is repeated once", async () => {
    const here = found(kms);
    expect(await look(here)).toEqual({ kind: "later", seconds: 15, why: "recheck" });
    expect(here.aws.state.outcome).toBe("left alone");
    expect(await look(here, [aTrigger()], ["recheck"])).toMatchObject({ kind: "done", outcome: "left alone" });
  });

  test("is not repeated for a call that a write of ours undid", async () => {
    const here = found(kms, { lastWriteAt: at(-3) });
    expect(await look(here)).toMatchObject({ kind: "done", outcome: "left alone" });
  });

  test("that finds a state other than the requested one is repeated once S3 must have settled", async () => {
    const here = found(foreign);
    expect(await look(here)).toEqual({ kind: "later", seconds: 10, why: "recheck" });
    expect(await look(here, [aTrigger()], ["recheck"])).toMatchObject({ kind: "done", outcome: "changed" });
  });

  test("that only our own write triggered waits for the event of the caller who undid it, and does not record itself", async () => {
    const here = found(aes);
    expect(await look(here, [own])).toEqual({ kind: "later", seconds: 15, why: "recheck" });
    expect(await look(here, [own], ["recheck"])).toMatchObject({ kind: "done", outcome: "changed" });
    expect(here.aws.published[0]?.alert).toMatchObject({ actor: null, event: null, latencyMs: null });
    expect(here.aws.state.triggers).toEqual([]);
  });

  test("that no event triggered waits for none", async () => {
    const here = found(aes);
    expect(await look(here, [])).toMatchObject({ kind: "done", outcome: "changed" });
  });

  test("after a pause names the caller who broke it, not the latest caller", async () => {
    const here = found(aes);
    here.aws.paused = known("paused");
    expect(await look(here)).toMatchObject({ kind: "done", outcome: "reported" });
    here.aws.paused = known(null);
    const bystander = aTrigger({
      eventId: "2",
      eventName: "PutBucketTagging",
      actor: person("bob"),
      eventTime: eventAt(-1),
    });
    expect(await look(here, [bystander])).toMatchObject({ kind: "done", outcome: "changed" });
    expect(here.aws.published.map(({ alert }) => [alert.outcome, alert.actor?.arn, alert.latencyMs])).toEqual([
      ["reported", person("alice").arn, 5000],
      ["changed", person("alice").arn, 5000],
    ]);
  });
});

describe("a bucket that another look is working on", () => {
  test("is left to that look for two seconds", async () => {
    const here = found(aes, { intent: anIntent({ owner: "other", expires: at(1) }) });
    expect(await look(here)).toEqual({ kind: "later", seconds: 2, why: "busy" });
  });

  test("for a whole lease costs five messages and a minute, not thirty messages", async () => {
    let hops = 0;
    const here = found(aes, { intent: anIntent({ owner: "dead", at: at(0), expires: at(60) }) });
    let result = await reconcile(here.ports, someWork());
    while (result.kind === "later" && result.why === "busy") {
      here.now += result.seconds * 1000;
      result = await reconcile(here.ports, someWork({ hops: ++hops }));
    }
    expect(hops).toBe(5);
    expect(here.now - NOW).toBeLessThanOrEqual((LEASE_SECONDS + 1) * 1000);
    expect(result).toMatchObject({ kind: "done", outcome: "changed" });
  });

  test("is taken over when the lease has expired", async () => {
    const here = found(aes, { intent: anIntent({ owner: "other", at: at(-60), expires: at(0) }) });
    expect(await look(here)).toMatchObject({ kind: "done", outcome: "changed" });
  });
});

describe("an alert that an earlier look left in the outbox", () => {
  test("is sent before anything else", async () => {
    const here = found(kms, { outbox: outbox({ owner: "other", expires: at(-1) }) });
    expect(await look(here, [delivered(kms)])).toMatchObject({ kind: "done", outcome: "left alone" });
    expect(here.made.slice(0, 5)).toEqual(["read", "save", "publish", "save", "policy"]);
    expect(here.aws.published.map(({ alert }) => alert.id)).toEqual(["alert-1"]);
  });

  test("is released if it cannot be sent, and the bucket is not looked at", async () => {
    const here = found(aes, { outbox: outbox({ owner: "other", expires: at(-1) }) }, () => ({
      publish: () => Promise.reject(new Error("SNS is down")),
    }));
    await expect(look(here)).rejects.toThrow("SNS is down");
    expect(here.aws.state.outbox).toMatchObject({ owner: "id-0", expires: at(0) });
    expect(here.made).not.toContain("encryption");
  });

  test("is sent by the next look if the first one failed to", async () => {
    let isDown = true;
    const here = found(aes, {}, (aws, { now }) => ({
      publish: async (alert) => {
        if (isDown) throw new Error("SNS is down");
        aws.published.push({ at: now, alert });
      },
    }));
    await expect(look(here)).rejects.toThrow("SNS is down");
    expect(here.aws.encryption).toEqual(kms);
    isDown = false;
    await look(here);
    await look(here);
    expect(here.aws.published.map(({ alert }) => alert.outcome)).toEqual(["changed"]);
    expect(here.aws.writes).toHaveLength(1);
  });
});

describe("the open write of an earlier look", () => {
  const begun = (seconds: number, changes: object = {}) => ({
    intent: anIntent({ owner: "dead", at: at(seconds), expires: at(seconds < -60 ? seconds + 60 : 0), ...changes }),
  });

  test("that took effect is alerted with the culprit that it was made for", async () => {
    const here = found(kms, begun(-90, { trigger: aTrigger({ actor: person("ci") }) }));
    expect(await look(here, [delivered(kms)])).toMatchObject({
      kind: "done",
      outcome: "changed",
      plan: { verdict: "compliant" },
    });
    expect(here.made).not.toContain("put");
    expect(here.aws.published.map(({ alert }) => [alert.id, alert.actor?.arn])).toEqual([
      ["intent-1", person("ci").arn],
    ]);
    expect(here.aws.state).toMatchObject({ outcome: "changed", intent: null, lastWriteAt: null, observed: kms });
  });

  test("that took effect is alerted before the look is repeated for another call", async () => {
    const here = found(kms, begun(-90));
    expect(await look(here)).toEqual({ kind: "later", seconds: 15, why: "recheck" });
    expect(here.aws.state.outcome).toBe("changed");
  });

  test("raises no alert as long as S3 may still return the state before it", async () => {
    const here = found(kms, begun(-4));
    expect(await look(here)).toEqual({ kind: "later", seconds: 11, why: "recheck" });
    expect(here.aws.published).toEqual([]);
    expect(here.aws.state.intent).not.toBeNull();
  });

  test("that took effect is alerted, and a later violation is held all the same", async () => {
    const dsse = { ...kms, algorithm: "aws:kms:dsse", bucketKey: false } as const;
    const here = found(dsse, begun(-90, { after: dsse }));
    expect(await look(here, [delivered(dsse)])).toMatchObject({ kind: "done", outcome: "held" });
    expect(here.aws.published.map(({ alert }) => alert.outcome)).toEqual(["changed", "held"]);
  });

  test("that took no effect is made again at once", async () => {
    const here = found(aes, begun(-4));
    expect(await look(here)).toMatchObject({ kind: "done", outcome: "changed" });
    expect(here.aws.writes).toHaveLength(1);
    expect(here.aws.published.map(({ alert }) => alert.reasons)).toEqual([[expect.stringContaining("AES256")]]);
  });

  test("that took no effect and may not be made again is reported once that is certain", async () => {
    const here = found(aes, begun(-4));
    here.aws.paused = known("paused");
    expect(await look(here)).toEqual({ kind: "later", seconds: 11, why: "recheck" });
    here.now = NOW + 11_000;
    expect(await look(here, [aTrigger()], ["recheck"])).toMatchObject({ kind: "done", outcome: "reported" });
    expect(here.aws.published[0]?.alert.reasons).toContain("an earlier write was started but never confirmed");
    expect(here.aws.state.intent).toBeNull();
  });

  test("to a bucket that is gone is closed once that is certain", async () => {
    const here = found(null, begun(-4));
    expect(await look(here, [aTrigger()], ["recheck"])).toEqual({ kind: "later", seconds: 11, why: "recheck" });
    here.now = NOW + 11_000;
    expect(await look(here, [aTrigger()], ["recheck"])).toMatchObject({ kind: "done", outcome: "gone" });
    expect(here.aws.state.intent).toBeNull();
    expect(here.aws.published).toEqual([]);
  });

  test("to a bucket that cannot be read is reported as unreadable at once", async () => {
    const here = found(aes, begun(-4));
    here.aws.readable = false;
    expect(await look(here, [aTrigger()], ["recheck"])).toMatchObject({ kind: "done", outcome: "unreadable" });
  });

  test("stays open while the bucket cannot be read, and is finished when it can", async () => {
    const here = found(kms, begun(-90));
    here.aws.readable = false;
    await look(here, [delivered(kms)], ["recheck"]);
    expect(here.aws.state.intent).toMatchObject({ id: "intent-1" });
    here.aws.readable = true;
    await look(here, [delivered(kms)]);
    expect(here.aws.published.map(({ alert }) => [alert.outcome, alert.id])).toEqual([
      ["unreadable", "id-1"],
      ["changed", "intent-1"],
    ]);
  });

  test("is alerted although no rule matches the bucket any more", async () => {
    const here = found(kms, begun(-90));
    here.aws.inForce = { ...inForce("enforce", 8), policy: inForce("nothing").policy };
    expect(await look(here)).toMatchObject({ kind: "done", outcome: "left alone" });
    expect(here.aws.published.map(({ alert }) => alert.outcome)).toEqual(["changed"]);
  });
});

describe("a new bucket", () => {
  const created = aTrigger({ eventName: "CreateBucket", eventTime: eventAt(-5), requested: null });

  test("waits for its tags, whichever event arrives first", async () => {
    const here = found(aes, { outcome: "gone", triggers: [] });
    here.aws.inForce = inForce("tags");
    expect(await look(here, [created])).toEqual({ kind: "later", seconds: 55, why: "settle" });
    expect(here.aws.state).toMatchObject({ settleUntil: at(55), triggers: [{ eventName: "CreateBucket" }] });
    expect(await look(here, [aTrigger({ eventId: "2" })])).toEqual({ kind: "later", seconds: 55, why: "settle" });
    expect(here.aws.state.triggers).toHaveLength(2);
    here.now = NOW + 54_999;
    expect(await look(here, [created], ["settle"])).toEqual({ kind: "later", seconds: 1, why: "settle" });
    expect(here.made).not.toContain("encryption");
    here.now = NOW + 55_000;
    expect(await look(here, [created], ["settle"])).toMatchObject({ kind: "done", outcome: "changed" });
    expect(here.aws.state.settleUntil).toBeNull();
  });

  test("is left to the look that its events asked for, which knows who made it, when a run comes by", async () => {
    const here = found(aes, { outcome: "gone", triggers: [] });
    here.aws.inForce = inForce("tags");
    await look(here, [created]);
    expect(await look(here, [])).toEqual({ kind: "later", seconds: 65, why: "settle" });
    expect(here.aws.state.settleUntil).toBe(at(55));
    here.now = NOW + 64_999;
    expect(await look(here, [], ["settle"])).toEqual({ kind: "later", seconds: 1, why: "settle" });
    here.now = NOW + 65_000;
    expect(await look(here, [], ["settle"])).toMatchObject({ kind: "done", outcome: "changed" });
  });

  test("is recorded as new once", async () => {
    const here = found(aes);
    here.aws.inForce = inForce("tags");
    await look(here, [created, own]);
    await look(here, [created, own]);
    expect(here.made.filter((call) => call === "save")).toHaveLength(1);
    expect(here.aws.state.triggers).toHaveLength(1);
  });

  test("is looked at again if the ledger moves meanwhile", async () => {
    let saves = 0;
    const here = found(aes, {}, (aws) => ({
      ledger: { read: async () => aws.state, save: async (_, next) => (saves++ === 0 ? null : aws.save(next)) },
    }));
    here.aws.inForce = inForce("tags");
    expect(await look(here, [created])).toMatchObject({ kind: "later", why: "settle" });
    expect(saves).toBe(2);
  });
});

describe("a ledger that moves", () => {
  /** A ledger whose next saves fail as if someone else had written. */
  const moving = (times: number): Parameters<typeof desk>[0] => {
    let left = times;
    return (aws) => ({
      ledger: { read: async () => aws.state, save: async (_, next) => (left-- > 0 ? null : aws.save(next)) },
    });
  };

  test.each<[string, BucketEncryption, string]>([
    ["before anything was written", aes, "changed"],
    ["before anything was recorded", kms, "left alone"],
  ])("%s is looked at anew", async (_, encryption, outcome) => {
    const here = found(encryption, {}, moving(4));
    expect(await look(here, [delivered(encryption)])).toMatchObject({ kind: "done", outcome });
    expect(here.made.filter((call) => call === "policy")).toHaveLength(5);
    expect(here.aws.writes.length).toBe(outcome === "changed" ? 1 : 0);
  });

  test("every time makes the look retry later", async () => {
    const here = found(aes, {}, moving(5));
    await expect(look(here)).rejects.toMatchObject({
      name: "RetryableError",
      message: "invoices changed under every one of 5 looks",
    });
    expect(here.aws.writes).toEqual([]);
  });

  test("between an alert and its removal from the outbox makes the look start over", async () => {
    const here = found(kms, { outbox: outbox({ owner: "other", expires: at(-1) }) }, moving(1));
    expect(await look(here, [delivered(kms)])).toMatchObject({ kind: "done", outcome: "left alone" });
    expect(here.aws.published).toHaveLength(1);
  });

  test("between a write and its verification has the write told, and the look that follows wait for the event", async () => {
    const here = found(aes, {}, (aws, here) => ({
      writer: {
        put: async (_, wanted) => {
          aws.writes.push({ at: here.now, over: aes, wanted, intent: aws.state.intent });
          aws.set(here.now, foreign);
          return { kind: "written" };
        },
      },
    }));
    expect(await look(here)).toEqual({ kind: "later", seconds: 15, why: "recheck" });
    expect(here.aws.state.intent).toBeNull();
    expect(here.aws.writes).toHaveLength(1);
    expect(here.aws.published.map(({ alert }) => [alert.outcome, alert.after])).toEqual([["changed", wanted]]);
  });
});

describe("a write whose response was lost", () => {
  const drift = { algorithm: "aws:kms", key: foreign.key ?? null, from: eventAt(-35) };
  const lost = anIntent({ owner: "dead", expires: at(-1), at: at(-30), before: foreign, drift });
  const showing = (encryption: BucketEncryption) => found(encryption, { intent: lost });

  test.each<[string, BucketEncryption, string]>([
    ["before another write", aes, "changed"],
    ["before anything else is said", { ...kms, key: aliasArn("s3-default") }, "left alone"],
  ])("is told under its own id %s, if somebody has changed the bucket since", async (_, encryption, outcome) => {
    const here = showing(encryption);
    expect(await look(here, [delivered(encryption)])).toMatchObject({ kind: "done", outcome });
    const [first, ...others] = here.aws.published.map(({ alert }) => alert);
    expect(first).toMatchObject({
      id: lost.id,
      outcome: "superseded",
      severity: "high",
      before: foreign,
      after: wanted,
    });
    expect(first?.reasons.at(-1)).toBe(
      `the response to the write of ${at(-30)} was lost, and the bucket has changed since: whether it took effect is not known`,
    );
    expect(new Set(others.map(({ id }) => id)).has(lost.id)).toBe(false);
    // The drift that the write was to end is not forgotten.
    expect(here.aws.state.driftWindows).toMatchObject([{ key: foreign.key, from: drift.from }]);
  });

  test("is made again, and told as one change, where the bucket is as it was before it", async () => {
    const here = showing(foreign);
    expect(await look(here, [])).toMatchObject({ kind: "done", outcome: "changed" });
    expect(here.aws.published.map(({ alert }) => [alert.id, alert.outcome])).toEqual([[lost.id, "changed"]]);
  });

  test("is told by itself where somebody put the bucket back since", async () => {
    const here = showing(foreign);
    expect(await look(here, [delivered(foreign)])).toMatchObject({ kind: "done", outcome: "changed" });
    expect(here.aws.published.map(({ alert }) => [alert.id === lost.id, alert.outcome])).toEqual([
      [true, "superseded"],
      [false, "changed"],
    ]);
  });
});

describe("a look that throws", () => {
  const failing = (port: Partial<Ports>) => found(aes, {}, () => port);

  test("releases its intent, and throws the error", async () => {
    const here = failing({ writer: { put: () => Promise.reject(new Error("throttled")) } });
    await expect(look(here)).rejects.toThrow("throttled");
    expect(here.aws.state.intent).toMatchObject({ owner: "id-0", expires: at(0) });
  });

  test("throws the first error if it cannot release its intent either", async () => {
    const here = failing({ ledger: { read: () => Promise.reject(new Error("no ledger")), save: async () => null } });
    await expect(look(here)).rejects.toThrow("no ledger");
    let reads = 0;
    const later = failing({
      policy: () => Promise.reject(new Error("no policy")),
      ledger: {
        read: async () => (reads++ === 0 ? aState() : Promise.reject(new Error("no ledger"))),
        save: async () => null,
      },
    });
    await expect(look(later)).rejects.toThrow("no policy");
  });
});
