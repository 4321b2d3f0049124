import { describe, expect, test } from "vitest";
import { reconcile } from "#core/bucket/reconcile";
import { closesOf, plainSince } from "#core/ledger/closing";
import type { DriftWindow } from "#core/ledger/drift";
import { deliver, record } from "#core/ledger/record";
import { transition } from "#core/ledger/transition";
import { outbox } from "../../support/batch/outbox.ts";
import { desk } from "../../support/core/desk.ts";
import {
  aes,
  aLook,
  anIntent,
  aState,
  aTrigger,
  at,
  compliant,
  foreign,
  kms,
  NOW,
  someWork,
} from "../../support/core/loop.ts";
import { keyArn, policyOf, ref } from "../../support/core/world.ts";

/** Windows of rules that say `closeDriftWindows: true`. */

const closes = { versions: "all", isReached: true } as const;
const drift = { algorithm: "aws:kms", from: at(-60), key: foreign.key ?? null };
const window: DriftWindow = { ...drift, to: at(300), closing: { id: "w-1", versions: "all", isAsked: false } };
const asked = { ...window, closing: { ...window.closing, isAsked: true } };

describe("a rule's windows are closed", () => {
  const encryption = { algorithm: "aws:kms", key: "aws-managed" };
  test.each<[object | undefined, "enforce" | "observe" | "off", object | null]>([
    [undefined, "enforce", null],
    [{ atRest: "enforce" }, "enforce", null],
    [{ atRest: "enforce", closeDriftWindows: true }, "enforce", { versions: "current", isReached: true }],
    [{ atRest: "observe", versions: "all", closeDriftWindows: true }, "observe", closes],
    [{ atRest: "enforce", closeDriftWindows: true }, "off", null],
  ])("where it says %j under mode %s: %j", (objects, mode, expected) => {
    const { policy } = policyOf({ rules: [{ id: "a", encryption, mode, ...(objects && { objects }) }] });
    expect(closesOf(policy.rules[0], true)).toEqual(expected);
  });

  test("by nobody without a rule, or by one that was pushed before there was such a field", () => {
    expect(closesOf(undefined, true)).toBeNull();
    expect(closesOf({ mode: "enforce", objects: { onWrite: "off" } as never }, true)).toBeNull();
  });
});

describe("a default of SSE-S3 counts as drift", () => {
  const right = aState({ outcome: "changed", observed: kms, since: at(-900) });
  const none = { trigger: null, closes };

  test("since the call that set it, else since the bucket was seen as declared", () => {
    expect(plainSince(aLook({ closes }), aes)).toBe(aTrigger().eventTime);
    expect(plainSince(aLook({ ...none, state: right }), aes)).toBe(at(-900));
    const tags = aTrigger({ eventName: "TagResource" });
    expect(plainSince(aLook({ ...none, trigger: tags, state: right }), aes)).toBe(at(-900));
  });

  test("not where windows are not closed, nor where nobody changed the bucket", () => {
    expect(plainSince(aLook({}), aes)).toBeNull();
    expect(plainSince(aLook({ ...none, state: { ...right, observed: aes } }), aes)).toBeNull();
    expect(plainSince(aLook({ ...none, state: { ...right, observed: null } }), aes)).toBeNull();
    expect(plainSince(aLook({ ...none, state: { ...right, outcome: "held" } }), aes)).toBeNull();
    expect(plainSince(aLook({ ...none, state: { ...right, outcome: null } }), aes)).toBeNull();
    const made = aTrigger({ eventName: "CreateBucket" });
    expect(plainSince(aLook({ ...none, trigger: made }), aes)).toBeNull();
  });
});

describe("a window that ends", () => {
  const look = aLook({ found: aState({ intent: anIntent({ drift }) }), write: "took", observed: kms, closes });

  test("asks for a backfill, and its alert says so", () => {
    const next = transition(look, "changed", compliant, { now: NOW, id: "look" });
    if (next === "nothing new") throw new Error(next);
    expect(next.driftWindows).toEqual([
      { ...drift, to: at(300), closing: { id: "drift-look-0", versions: "all", isAsked: false } },
    ]);
    expect(next.reasons.at(-1)).toMatch(/: a backfill of that time starts by itself$/);
    expect(next.outbox?.alert.next.join("\n")).not.toContain("bucketseal backfill");
  });

  test("names the command where nobody closes it, with the times of its objects", () => {
    const next = transition({ ...look, closes: null }, "changed", compliant, { now: NOW, id: "look" });
    if (next === "nothing new") throw new Error(next);
    expect(next.driftWindows).toEqual([{ ...drift, to: at(300) }]);
    expect(next.outbox?.alert.next[0]).toContain(`bucketseal backfill invoices --since ${at(-120)} --until ${at(360)}`);
    const unknown = { ...look, closes: null, found: aState({ intent: anIntent({ drift: { ...drift, from: null } }) }) };
    const later = transition({ ...unknown, state: unknown.found }, "changed", compliant, { now: NOW, id: "look" });
    if (later === "nothing new") throw new Error(later);
    expect(later.outbox?.alert.next[0]).toContain(`bucketseal backfill invoices --until ${at(360)}`);
  });
});

describe("a look", () => {
  const key = keyArn(1);
  const objects = { atRest: "enforce", closeDriftWindows: true };
  const rule = { id: "baseline", encryption: { algorithm: "aws:kms", key: "default" }, mode: "enforce", objects };
  const policy = policyOf({ settle: "0s", keys: { default: key }, rules: [rule] });
  const inForce = { policy, version: 7, observeOnly: null };

  async function looked(reach: boolean) {
    const windows: unknown[] = [];
    const backfills = { reach: () => reach, ask: async (...given: unknown[]) => void windows.push(given) };
    const { aws, ports } = desk(() => ({ backfills, policy: async () => inForce }));
    aws.state = aState({ outcome: "left alone", observed: kms, since: at(-900) });
    await reconcile(ports, someWork({ after: ["settle", "recheck"] }));
    return { aws, windows };
  }

  test("that repairs a bucket has the window closed that its default left", async () => {
    const { aws, windows } = await looked(true);
    const from = aTrigger().eventTime;
    expect(aws.state.driftWindows).toMatchObject([{ algorithm: "AES256", from, closing: { isAsked: true } }]);
    expect(windows).toEqual([[ref, expect.objectContaining({ kind: "drift", from }), "current"]]);
  });

  test("leaves it to a person where backfills do not reach the bucket", async () => {
    const { aws, windows } = await looked(false);
    const [window, ...others] = aws.state.driftWindows;
    expect([window?.algorithm, window?.closing, others, windows]).toEqual(["AES256", undefined, [], []]);
    expect(aws.published[0]?.alert.next[0]).toContain(`bucketseal backfill invoices --since `);
  });
});

describe("a backfill that a window asks for", () => {
  function bench(isTaken: () => boolean) {
    const made = desk();
    const messages: unknown[] = [];
    const backfills = {
      reach: () => true,
      ask: async (...given: unknown[]) => {
        if (!isTaken()) throw new Error("SQS is down");
        messages.push(given);
      },
    };
    return { ...made, ports: { ...made.ports, backfills }, messages };
  }

  test("is asked for once, by the look that recorded it or the next one", async () => {
    const { aws, ports, messages } = bench(() => true);
    aws.state = aState({ driftWindows: [window] });
    const sent = await deliver(ports, ref, aws.state, "me");
    expect(sent).toMatchObject({ driftWindows: [asked] });
    expect(messages).toEqual([[ref, { id: "w-1", kind: "drift", from: drift.from, to: at(300) }, "all"]]);
    await deliver(ports, ref, aws.state, "me");
    expect(messages).toHaveLength(1);
  });

  test("that cannot be asked for is in nobody's way, and is asked for by the redelivery", async () => {
    let isTaken = false;
    const { aws, ports, messages, made } = bench(() => isTaken);
    aws.state = aState({ driftWindows: [window], outbox: outbox({ owner: "me" }) });
    expect(await deliver(ports, ref, aws.state, "me")).toMatchObject({ outbox: null, driftWindows: [window] });
    expect(aws.published).toHaveLength(1);
    made.length = 0;
    expect(await deliver(ports, ref, aws.state, "me")).toBe(aws.state);
    expect(made).toEqual([]);
    const look = () => aLook({ found: aws.state, observed: kms });
    await expect(record(ports, look(), "left alone", compliant)).rejects.toThrow("1 backfills of windows of invoices");
    await expect(record(ports, look(), "left alone", compliant)).rejects.toMatchObject({ name: "RetryableError" });
    isTaken = true;
    await deliver(ports, ref, aws.state, "me");
    expect(await record(ports, look(), "left alone", compliant)).toBe("recorded");
    expect(messages).toHaveLength(1);
    expect(aws.state.driftWindows).toEqual([asked]);
  });

  test("of several, those that were taken are not asked for again", async () => {
    let count = 0;
    const { aws, ports, messages } = bench(() => ++count !== 1);
    const other = { ...window, from: at(-30), closing: { id: "w-2", versions: "all", isAsked: false } } as const;
    aws.state = aState({ driftWindows: [{ ...drift, to: at(-500) }, window, other] });
    expect((await deliver(ports, ref, aws.state, "me")) as object).toMatchObject({
      driftWindows: [{ to: at(-500) }, window, { closing: { id: "w-2", isAsked: true } }],
    });
    expect(messages).toHaveLength(1);
  });

  test("stays with the window where this deployment has none", async () => {
    const { aws, ports } = desk();
    aws.state = aState({ driftWindows: [window] });
    expect(await deliver(ports, ref, aws.state, "me")).toBe(aws.state);
    expect(await record(ports, aLook({ found: aws.state, observed: kms }), "left alone", compliant)).toBe("recorded");
  });
});
