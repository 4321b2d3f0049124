import { describe, expect, test } from "vitest";
import { alertMessage } from "#core/alert/message";
import { longest } from "#core/cut";
import { MAX_DRIFT_WINDOWS } from "#core/ledger/drift";
import { historyOf } from "#core/ledger/history";
import { MAX_TRIGGERS, textsOf, withTriggers } from "#core/ledger/state";
import { transition } from "#core/ledger/transition";
import { reasonCodes } from "#core/reason/reason";
import { bytesOf, endless, hostileCharacters, hostileTrigger } from "../../support/core/hostile.ts";
import { aLook, anIntent, aPlan, aState, eventAt, NOW } from "../../support/core/loop.ts";
import { ref } from "../../support/core/world.ts";

/** DynamoDB takes items of 400 KB, SNS messages of 256 KB. */
const [ITEM, MESSAGE] = [400 * 1024, 256 * 1024];

/**
 * The state after a look at a bucket about which everything that others write is as long as it may
 * be.
 */
function largest(character: string) {
  const before = { algorithm: "aws:kms", key: character.repeat(longest.key), bucketKey: true, sseC: "NONE" } as const;
  const reasons = reasonCodes.slice(0, 10).map((code) => ({ code, text: endless(character) }));
  const triggers = Array.from({ length: MAX_TRIGGERS + 5 }, (_, at) => hostileTrigger(character, at));
  const trigger = triggers.at(-1) ?? null;
  const windows = Array.from({ length: MAX_DRIFT_WINDOWS }, (_, at) => ({
    algorithm: "aws:kms",
    from: eventAt(at),
    to: eventAt(at + 1),
    key: before.key,
  }));
  const found = withTriggers(
    aState({
      observed: before,
      driftWindows: windows,
      intent: anIntent({ before, trigger, reasons: textsOf(reasons) }),
    }),
    triggers,
  );
  const look = aLook({
    found,
    observed: before,
    trigger,
    write: "unreadable",
    ref: { ...ref, bucket: "b".repeat(63) },
  });
  const next = transition(look, "held", aPlan({ action: "hold", before, reasons }), { now: NOW, id: "id" });
  if (next === "nothing new") throw new Error("nothing new");
  return { next, entry: historyOf(look, next, { before }, { now: NOW, id: "id" }) };
}

describe.each(hostileCharacters)("of a bucket about which everything is full of %j", (character) => {
  const { next: state, entry } = largest(character);

  test("the item fits into the ledger, with its intent and its alert", () => {
    expect(state.outbox).not.toBeNull();
    expect(state.intent).not.toBeNull();
    expect(bytesOf(state)).toBeLessThan(ITEM);
  });

  test("the entry of its history fits into the ledger", () => {
    expect(entry).not.toBeNull();
    expect(bytesOf(entry)).toBeLessThan(ITEM);
  });

  test("the alert fits into a message", () => {
    const alert = state.outbox?.alert;
    if (alert === undefined) throw new Error("no alert");
    const { message } = alertMessage(alert);
    expect(bytesOf(message)).toBeLessThan(MESSAGE);
    expect(JSON.parse((JSON.parse(message) as { default: string }).default)).toEqual(alert);
  });
});
