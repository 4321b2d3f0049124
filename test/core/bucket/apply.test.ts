import { describe, expect, test } from "vitest";
import { applyPlan } from "#core/bucket/apply";
import type { Ports } from "#core/bucket/ports";
import type { Judgement } from "#core/bucket/step";
import type { Survey } from "#core/bucket/survey";
import type { Facts } from "#core/decide/facts";
import type { Look } from "#core/ledger/look";
import { record } from "#core/ledger/record";
import { type Desk, desk } from "../../support/core/desk.ts";
import {
  aes,
  aLook,
  anIntent,
  aPlan,
  aState,
  aTrigger,
  at,
  eventAt,
  foreign,
  kms,
  NOW,
  surveyed,
  wanted,
} from "../../support/core/loop.ts";
import { aliasArn, known, ref } from "../../support/core/world.ts";

const facts: Facts = { now: NOW, ref, encryption: known(aes), keys: new Map(), pins: new Map() };

/** Carries a plan out and records what came of it; `moved`: look anew. */
async function carriedOut(at: Desk, changes: Partial<Survey> = {}): Promise<Judgement | "moved"> {
  const end = await applyPlan(at.ports, surveyed({ inForce: at.aws.inForce, facts, ...changes }));
  if (end.kind === "moved" || (await record(at.ports, end.look, end.outcome, end.plan)) === "moved") return "moved";
  return { outcome: end.outcome, plan: end.plan };
}

function applied(at: Desk, changes: Partial<Look> = {}): Promise<Judgement | "moved"> {
  at.aws.state = changes.state ?? aState();
  return carriedOut(at, { look: aLook({ found: at.aws.state, ...changes }) });
}

/** Results the writer returns instead of writing. */
function writing(answer: Awaited<ReturnType<Ports["writer"]["put"]>>): Desk {
  return desk(() => ({ writer: { put: async () => answer } }));
}

describe("a write of a plan", () => {
  test("is recorded as an intent, made, verified, recorded as done and alerted", async () => {
    const calm = desk();
    expect(await applied(calm, { trigger: aTrigger() })).toEqual({ outcome: "changed", plan: aPlan() });
    expect(calm.made).toEqual(["save", "put", "encryption", "key", "pin", "save", "publish", "save"]);
    expect(calm.saved[0]?.intent).toEqual({
      id: "id-0",
      owner: "look-1",
      at: at(0),
      expires: at(60),
      rule: "baseline",
      mode: "enforce",
      before: aes,
      after: wanted,
      reasons: ["algorithm: AES256, declared aws:kms"],
      trigger: aTrigger(),
    });
    expect(calm.aws.encryption).toEqual(kms);
    expect(calm.aws.state).toMatchObject({ outcome: "changed", observed: kms, intent: null, lastWriteAt: at(0) });
    expect(calm.aws.published.map(({ alert }) => alert.id)).toEqual(["id-0"]);
  });

  test("that ends a drift under a wrong KMS key records and reports the drift window", async () => {
    const calm = desk();
    const drifted = aPlan({
      before: foreign,
      differs: ["key"],
      reasons: [{ code: "key-differs", text: "key: another" }],
    });
    calm.aws.state = aState();
    const given = aLook({ found: calm.aws.state, trigger: aTrigger() });
    await carriedOut(calm, { plan: drifted, look: given });
    expect(calm.saved[0]?.intent?.drift).toEqual({ algorithm: "aws:kms", from: eventAt(-5), key: foreign.key });
    const window = { algorithm: "aws:kms", from: eventAt(-5), to: at(300), key: foreign.key };
    expect(calm.aws.state.driftWindows).toEqual([window]);
    expect(calm.aws.published[0]?.alert.reasons.at(-1)).toBe(
      `objects written between ${eventAt(-5)} and ${at(300)} may be under aws:kms with ${foreign.key}: to be backfilled`,
    );
  });

  test("is dated by when it was sent, however long it took to be seen", async () => {
    const slow = desk((aws, here) => ({
      writer: {
        put: async (_, next) => {
          here.now += 3000;
          aws.set(here.now, next);
          return { kind: "written" };
        },
      },
    }));
    await applied(slow);
    expect(slow.aws.state.lastWriteAt).toBe(at(0));
  });

  test("records the state that is found afterwards, even if somebody wrote it in another spelling", async () => {
    const spelled = { ...kms, key: aliasArn("s3-default") };
    const calm = desk((aws, here) => ({
      writer: {
        put: async () => {
          aws.set(here.now, spelled);
          return { kind: "written" };
        },
      },
    }));
    expect(await applied(calm)).toMatchObject({ outcome: "changed" });
    expect(calm.aws.state.observed).toEqual(spelled);
  });

  test("is not made if the ledger has moved", async () => {
    const calm = desk();
    calm.aws.state = aState({ rev: 2 });
    const given = aLook({ found: aState({ rev: 1 }) });
    expect(await carriedOut(calm, { look: given })).toBe("moved");
    expect([calm.made, calm.aws.encryption]).toEqual([["save"], aes]);
  });

  test("that is not sent, since the bucket has changed, leaves no intent of its own", async () => {
    const late = writing({ kind: "superseded" });
    expect(await applied(late)).toBe("moved");
    expect([late.made, late.aws.state.intent]).toEqual([["save", "save"], null]);
    const earlier = anIntent({ owner: "other", expires: at(-1) });
    const again = writing({ kind: "superseded" });
    expect(await applied(again, { state: aState({ intent: earlier }) })).toBe("moved");
    expect(again.aws.state.intent).toEqual(earlier);
  });
});

describe("a write that S3 does not accept", () => {
  test("since the bucket is gone ends as gone", async () => {
    const gone = writing({ kind: "gone" });
    const result = await applied(gone);
    expect(result).toMatchObject({ outcome: "gone" });
    expect((result as Judgement).plan.reasons.at(-1)).toEqual({
      code: "bucket-gone",
      text: "the bucket was deleted before the write",
    });
    expect(gone.aws.state).toMatchObject({ outcome: "gone", observed: null, intent: null, lastWriteAt: null });
    expect(gone.aws.published).toEqual([]);
  });

  test("since it is invalid ends as failed", async () => {
    const refusing = writing({ kind: "refused", error: { name: "<Bad>", message: "no <such> key" } });
    const result = await applied(refusing);
    expect(result).toMatchObject({ outcome: "failed" });
    expect((result as Judgement).plan.reasons).toEqual([
      ...aPlan().reasons,
      { code: "write-refused", text: "S3 refused the write: \\u{3c}Bad\\u{3e}: no \\u{3c}such\\u{3e} key" },
    ]);
    expect(refusing.aws.state).toMatchObject({ outcome: "failed", observed: aes, intent: null, lastWriteAt: null });
    expect(refusing.aws.published).toHaveLength(1);
  });

  test("since somebody denies it is held", async () => {
    const message = "not authorized, with an Explicit Deny in a service control policy <x>";
    const denied = writing({ kind: "refused", error: { name: "AccessDenied", message } });
    const result = await applied(denied);
    expect(result).toMatchObject({ outcome: "held" });
    const { reasons } = denied.aws.state;
    const refused = { at: at(0), before: aes, after: wanted, policyVersion: 7, text: reasons.at(-1) };
    expect(denied.aws.state).toMatchObject({ outcome: "held", intent: null, refused });
    expect((result as Judgement).plan.reasons.at(-1)).toEqual({
      code: "managed-elsewhere",
      text: "the write is denied by somebody else's policy: not authorized, with an Explicit Deny in a service control policy \\u{3c}x\\u{3e}",
    });
  });

  test("or show in time is retried, and its intent stays open", async () => {
    const blind = writing({ kind: "written" });
    await expect(applied(blind)).rejects.toThrow("the write to invoices was accepted but is not visible yet");
    expect(blind.aws.state.intent).toMatchObject({ owner: "look-1", after: wanted });
  });
});

describe("a look after a write", () => {
  const then = (change: (aws: Desk["aws"], now: number) => void) =>
    desk((aws, here) => ({
      writer: {
        put: async () => {
          change(aws, here.now);
          return { kind: "written" };
        },
      },
    }));

  test("tells the write by itself if somebody else has changed the bucket meanwhile, and blames nobody for that", async () => {
    const busy = then((aws, now) => aws.set(now, foreign));
    expect(await applied(busy, { trigger: aTrigger() })).toMatchObject({ outcome: "changed" });
    expect(busy.aws.state).toMatchObject({ intent: null, observed: wanted, blamed: null, lastWriteAt: at(0) });
    const [told] = busy.aws.published.map(({ alert }) => alert);
    expect(told).toMatchObject({ id: "id-0", outcome: "changed", before: aes, after: wanted });
    expect(told?.event?.id).toBe("event-1");
    expect(told?.reasons.at(-1)).toBe("somebody else changed the bucket right after the write");
  });

  test("starts over if the bucket seems to be gone", async () => {
    const gone = then((aws, now) => aws.set(now, null));
    expect(await applied(gone)).toBe("moved");
    expect(gone.aws.state.intent).not.toBeNull();
  });

  test("calls a bucket that it cannot read unreadable, and leaves the intent open", async () => {
    const dark = then((aws) => {
      aws.readable = false;
    });
    expect(await applied(dark)).toMatchObject({ outcome: "unreadable", plan: { verdict: "unknown" } });
    expect(dark.aws.state).toMatchObject({ outcome: "unreadable", observed: null });
    expect(dark.aws.state.intent).toMatchObject({ id: "id-0", expires: at(0), trigger: aTrigger() });
  });

  test("starts over if the ledger has moved", async () => {
    const moving = then((aws, now) => {
      aws.set(now, kms);
      aws.state = { ...aws.state, rev: 99 };
    });
    expect(await applied(moving)).toBe("moved");
    expect(moving.aws.published).toEqual([]);
  });
});
