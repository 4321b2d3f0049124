import { describe, expect, test } from "vitest";
import type { Survey } from "#core/bucket/survey";
import { withheld } from "#core/bucket/withheld";
import type { Plan } from "#core/decide/plan";
import type { Outcome, Verdict } from "#core/outcome";
import { type Desk, desk } from "../../support/core/desk.ts";
import { aLook, aPlan, aState, aTrigger, at, compliant, foreign, surveyed, wanted } from "../../support/core/loop.ts";
import { keyArn, known } from "../../support/core/world.ts";

function judge(here: Desk, judged: Plan) {
  return withheld(here.ports, surveyed({ inForce: here.aws.inForce, plan: judged }));
}

/** What is reported of a plan that is not carried out. */
async function withheldFrom(here: Desk, judged: Plan) {
  const clearance = await judge(here, judged);
  if (clearance.kind !== "withheld") throw new Error("the plan would be carried out");
  return clearance.judged;
}

describe("a bucket is not written", () => {
  test.each<[Verdict, Outcome]>([
    ["compliant", "left alone"],
    ["unmanaged", "left alone"],
    ["unknown", "unreadable"],
    ["exempt", "exempt"],
    ["gone", "gone"],
    ["violation", "held"],
  ])("that is %s and asks for nothing: it was %s", async (verdict, outcome) => {
    const quiet = aPlan({ ...compliant, verdict });
    expect(await judge(desk(), quiet)).toEqual({ kind: "withheld", judged: { outcome, plan: quiet } });
  });

  test("while it shows what a person restored, whether its plan would write or hold", async () => {
    const shown = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } as const;
    const found = aState({ exemptUntil: { shown, until: at(60), by: "dana", why: null } });
    for (const plan of [aPlan(), aPlan({ action: "hold" })]) {
      const here = desk();
      const clearance = await withheld(here.ports, surveyed({ plan, look: aLook({ found }) }));
      expect(clearance).toMatchObject({ kind: "withheld", judged: { outcome: "exempt" } });
      expect(here.made).toEqual([]);
    }
    const other = aPlan({ before: foreign });
    expect(await withheld(desk().ports, surveyed({ plan: other, look: aLook({ found }) }))).toMatchObject({
      kind: "write",
    });
  });

  test("if its plan holds", async () => {
    const here = desk();
    const held = aPlan({ action: "hold" });
    expect(await judge(here, held)).toEqual({ kind: "withheld", judged: { outcome: "held", plan: held } });
  });

  test("if its key cannot be used", async () => {
    const here = desk();
    here.aws.addKey(keyArn(1), { state: "PendingDeletion" });
    const told = await withheldFrom(here, aPlan());
    expect(told).toMatchObject({ outcome: "held", plan: { action: "hold" } });
    expect(told.plan.reasons.map((reason) => reason.code)).toEqual(["algorithm-differs", "key-disabled"]);
  });

  test("whose key cannot be used, but SSE-C is blocked all the same, with nothing else", async () => {
    const here = desk();
    here.aws.addKey(keyArn(1), { state: "Disabled" });
    const open = { ...foreign, sseC: "NONE" } as const;
    const reasons = [
      { code: "key-differs", text: "key" },
      { code: "sse-c-differs", text: "SSE-C" },
    ] as const;
    const plan = aPlan({ before: open, differs: ["key", "SSE-C"], reasons });
    const clearance = await judge(here, plan);
    expect(clearance).toMatchObject({ kind: "write", plan: { after: foreign, declaredKey: null, differs: ["SSE-C"] } });
    if (clearance.kind !== "write") return;
    expect(clearance.plan.reasons.map((reason) => reason.code)).toEqual(["sse-c-differs", "key-disabled"]);
    for (const other of [
      { before: foreign, differs: ["key"] as const },
      { before: { ...open, algorithm: "aws:fsx" } },
      { after: { ...wanted, sseC: "NONE" } as const },
    ]) {
      expect(await judge(here, { ...plan, ...other })).toMatchObject({ kind: "withheld", judged: { outcome: "held" } });
    }
  });

  test("while writes are paused", async () => {
    const here = desk();
    here.aws.paused = known("paused");
    const told = await withheldFrom(here, aPlan());
    expect(told).toMatchObject({ outcome: "reported", plan: { action: "write" } });
    expect(told.plan.reasons.map((reason) => reason.code)).toEqual(["algorithm-differs", "paused"]);
  });
});

test("a bucket is written if there is no hazard and no gate", async () => {
  const here = desk();
  expect(await judge(here, aPlan())).toEqual({ kind: "write", plan: aPlan() });
});

describe("a write that somebody else's policy refused", () => {
  const refused = { at: at(-60), before: aPlan().before, after: wanted, policyVersion: 7, text: "denied by an SCP" };
  const seen = aTrigger({ eventId: "seen" });
  const summary = { eventId: "seen", eventName: "PutBucketEncryption", eventTime: seen.eventTime, actor: null };
  const found = aState({ outcome: "held", refused, triggers: [summary] });
  const again = async (changes: Partial<Survey>, resumed: string | null = null) => {
    const here = desk();
    here.aws.resumed = resumed;
    return withheld(here.ports, surveyed({ inForce: here.aws.inForce, look: aLook({ found }), ...changes }));
  };

  test("is not tried again by a sweep, or for an event that was known then", async () => {
    for (const events of [[], [seen]]) {
      expect(await again({ events })).toMatchObject({
        kind: "withheld",
        judged: { outcome: "held", plan: { reasons: [{}, { code: "managed-elsewhere", text: "denied by an SCP" }] } },
      });
    }
    expect(await again({}, at(-61))).toMatchObject({ kind: "withheld" });
  });

  test.each<[string, Partial<Survey>, string | null]>([
    ["for a new event", { events: [aTrigger({ eventId: "new" })] }, null],
    ["under another version of the policy", { look: aLook({ found, policyVersion: 8 }) }, null],
    ["if the bucket shows something else", { plan: aPlan({ before: foreign }) }, null],
    ["if something else is to be written", { plan: aPlan({ after: { ...wanted, sseC: "NONE" } }) }, null],
    ["once a person says that it no longer applies", {}, at(-59)],
    ["where none was refused", { look: aLook({ found: aState() }) }, null],
  ])("is tried %s", async (_, changes, resumed) => {
    expect(await again(changes, resumed)).toMatchObject({ kind: "write" });
  });
});
