import { describe, expect, test } from "vitest";
import { buildAlert } from "#core/alert/bucket";
import { emptyWindow, MAX_SAMPLES, mostTelling, type ObjectSample, withRekeying, withResult } from "#core/alert/digest";
import { alertMessage } from "#core/alert/message";
import { buildNotificationAlert } from "#core/alert/notifications";
import { buildObjectAlert } from "#core/alert/objects";
import { buildPolicyAlert } from "#core/alert/policy";
import { buildRunAlert } from "#core/alert/run";
import { type Alert, alertSchema } from "#core/alert/schema";
import { longest } from "#core/cut";
import { outcomes } from "#core/outcome";
import { reasonCodes } from "#core/reason/reason";
import { noCounts } from "#core/sweep/counts";
import { newRun } from "#core/sweep/run";
import { input } from "../../support/core/alert-input.ts";
import { bytesOf, endless, hostileActor, hostileCharacters, hostileTrigger } from "../../support/core/hostile.ts";
import { aTrigger } from "../../support/core/loop.ts";
import { ref as invoices } from "../../support/core/world.ts";

/** SNS takes messages of 256 KB, and subjects of one line of at most 100 characters. */
const MESSAGE = 256 * 1024;
const to = "2026-11-21T08:16:00.000Z";
const now = Date.parse(to);
const id = "a1";

/** Of every kind one alert in which whatever others write is as long as it may be, or longer. */
function alertsOf(character: string): Readonly<Record<string, Alert>> {
  const text = endless(character);
  const ref = { ...invoices, bucket: text };
  const reasons = reasonCodes.map((code) => ({ code, text }));
  const trigger = hostileTrigger(character, 1);
  const encryption = { algorithm: "aws:kms", key: text, bucketKey: true, sseC: "NONE" } as const;
  const texts = Array.from({ length: 500 }, () => text);
  const folded = Array.from({ length: 20 }, () => ({
    actor: character.repeat(longest.name),
    count: 9,
    from: to,
    to,
    changes: Array.from({ length: 10 }, () => character.repeat(36)),
  }));
  const run = newRun({ id, kind: "push", by: text, message: text, to: Number.MAX_SAFE_INTEGER }, now);
  const numbers = Object.fromEntries(Object.keys(noCounts).map((name) => [name, Number.MAX_SAFE_INTEGER]));
  const counts = { ...noCounts, ...numbers };
  const policy = { id, now, account: ref.account, region: ref.region };
  const notified = { id, now, ref, rule: "r".repeat(64), trigger };
  return {
    bucket: buildAlert({
      ...input,
      outcome: "contested",
      ref,
      plan: { ...input.plan, before: encryption, after: { ...encryption, algorithm: "aws:kms" }, reasons },
      lead: reasons,
      intentReasons: texts.slice(0, 50),
      trigger,
      repeated: { incident: id, times: 9, since: to, folded },
      contest: { openedAt: to, until: to, theirs: texts.slice(0, 20), ours: text, writes: 9 },
    }),
    "object window": buildObjectAlert({
      id,
      now,
      ref,
      window: {
        ...emptyWindow(to, to),
        counts: Object.fromEntries(outcomes.map((outcome) => [outcome, Number.MAX_SAFE_INTEGER])),
        reasons: Object.fromEntries(reasonCodes.map((code) => [code, Number.MAX_SAFE_INTEGER])),
        actors: Array.from({ length: 5 }, (_, at) => hostileActor(character, at)),
        rekeyed: 9,
        samples: Array.from({ length: MAX_SAMPLES }, () => ({
          key: text,
          versionId: text,
          outcome: "re-keyed",
          reason: text,
        })),
      },
      unconfirmed: texts,
    }),
    "events that are off": buildNotificationAlert({ ...notified, finding: { kind: "off", why: text } }),
    "events of two writers": buildNotificationAlert({ ...notified, finding: { kind: "interfered", changes: texts } }),
    policy: buildPolicyAlert({
      ...policy,
      change: { kind: "moved", from: 1, to: 2, by: text, weaker: texts, stronger: texts },
    }),
    "refused policy": buildPolicyAlert({ ...policy, change: { kind: "refused", version: 9, why: text } }),
    run: buildRunAlert({ id, now, ref, run: { ...run, state: "halted", counts }, before: counts }),
  };
}

describe.each(hostileCharacters)("where everything that others write is full of %j,", (character) => {
  test.each(Object.entries(alertsOf(character)))("the alert fits into what SNS takes (%s)", (_, alert) => {
    const { subject, message, attributes } = alertMessage(alert);
    expect(bytesOf(message) + bytesOf(attributes)).toBeLessThan(MESSAGE);
    expect(subject.length).toBeLessThanOrEqual(100);
    expect(subject).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    const told = alertSchema.parse(JSON.parse((JSON.parse(message) as { default: string }).default));
    const { outcome, severity } = alert;
    expect(told).toMatchObject({ id: alert.id, outcome, severity });
  });
});

describe("the samples of a window share its room", () => {
  const key = (at: number) => `${at}${endless("\u0001")}`;
  const repaired = (at: number): ObjectSample => ({ key: key(at), versionId: null, outcome: "changed", reason: null });
  const by = { ...aTrigger({ actor: hostileActor('"') }), kind: "created" } as never;

  test("among keys without end, those that a person has to see are kept", () => {
    const many = Array.from({ length: 500 }, (_, at) => repaired(at));
    const failed: ObjectSample = { key: "failed", versionId: null, outcome: "failed", reason: null };
    const kept = mostTelling([...many, failed]);
    expect(kept).toHaveLength(MAX_SAMPLES);
    expect(kept[0]).toBe(failed);
  });

  test("however many objects there were, each is counted, and no more than the most telling are named", () => {
    let window = emptyWindow(to, to);
    const named = { rule: "baseline", reasons: [{ code: "algorithm-differs", text: endless('"') }] } as const;
    for (let at = 0; at < 200; at += 1) {
      window = withResult(window, { bucket: invoices, key: key(at) }, { ...named, outcome: "changed" }, [by]);
    }
    for (let at = 0; at < 30; at += 1) {
      window = withRekeying(window, { bucket: invoices, key: key(at) }, { kind: "foreign-key", key: endless("<") }, by);
    }
    expect(window.counts).toEqual({ changed: 200 });
    expect(window.rekeyed).toBe(30);
    expect(window.samples.map(({ outcome }) => outcome)).toEqual(Array(MAX_SAMPLES).fill("re-keyed"));
    const alert = buildObjectAlert({ id, now, ref: invoices, window, unconfirmed: [] });
    const message = JSON.parse(alertMessage(alert).message) as { default: string };
    const told = alertSchema.parse(JSON.parse(message.default));
    expect(told.objects).toMatchObject({ counts: { changed: 200 }, rekeyed: 30 });
    expect(told.objects?.samples).toHaveLength(MAX_SAMPLES);
  });
});
