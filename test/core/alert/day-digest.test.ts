import { expect, test } from "vitest";
import { buildDigestAlert, type DayDigest, emptyDigest, withChange, withWaiting } from "#core/alert/day-digest";
import { alertMessage } from "#core/alert/message";
import { alertSchema } from "#core/alert/schema";
import { alertText } from "#core/alert/text";

const FROM = "2026-11-26T08:00:00.000Z";
const TO = "2026-11-27T08:00:00.000Z";
const ref = { account: "111122223333", region: "ap-southeast-2" };
const alertOf = (digest: DayDigest) =>
  buildDigestAlert({ id: "d1", now: Date.parse(TO), ref, from: FROM, to: TO, digest });
const changed = (bucket: string, at: string, actor: string | null = null) =>
  ({ bucket, outcome: "changed", at, actor }) as const;
const held = (bucket: string, since: string, rule: string | null = "baseline") =>
  ({ bucket, outcome: "held", rule, since }) as const;

test("a digest tells what changed and what waits since when, the newest and the oldest first", () => {
  const entries = [changed("a", "2026-11-26T09:00:00.000Z"), changed("b", "2026-11-27T07:12:30.000Z", "dana")];
  const waiting = [held("c", "2026-11-20T10:00:00.000Z", null), held("d", "2026-10-01T10:00:00.000Z")];
  const digest = waiting.reduce(withWaiting, entries.reduce(withChange, emptyDigest));
  const alert = alertOf(digest);
  expect(alertSchema.parse(alert)).toEqual(alert);
  expect(alert).toMatchObject({ outcome: "held", severity: "low", bucket: null, digest: { changes: { changed: 2 } } });
  expect(alertMessage(alert).subject).toBe(
    "[low] Bucketseal: digest: 2 changed; 2 buckets wait in 111122223333 ap-southeast-2",
  );
  expect(alertText(alert)).toBe(`2 things happened, and 2 buckets wait.

From:     2026-11-26T08:00:00.000Z
To:       2026-11-27T08:00:00.000Z
Where:    account 111122223333, ap-southeast-2

What happened (2 changed):
- b
  changed, 2026-11-27 07:12, dana
- a
  changed, 2026-11-26 09:00

What waits (2 held):
- d
  held since 2026-10-01 10:00, rule baseline
- c
  held since 2026-11-20 10:00

What to do next:
- bucketseal status counts them, bucketseal history BUCKET says why

Severity low. Alert d1.
`);
});

test("a digest of a quiet day comes too, and says so", () => {
  const alert = alertOf(emptyDigest);
  expect(alert).toMatchObject({ outcome: "left alone", severity: "info", next: [] });
  expect(alertMessage(alert).subject).toContain("digest: nothing new; nothing waits");
  expect(alertText(alert)).toContain("Nothing changed, and nothing waits.");
  const one = alertOf(withWaiting(withChange(emptyDigest, changed("a", FROM)), held("a", FROM)));
  expect(alertText(one)).toContain("1 thing happened, and 1 bucket waits.");
  expect(alertOf(withChange(emptyDigest, changed("a", FROM)))).toMatchObject({ outcome: "changed", severity: "info" });
});

test("a digest names twenty of each kind, counts the others, and no line is longer than 80", () => {
  const name = (at: number) => `${"x".repeat(60)}${String(at).padStart(3, "0")}`;
  let digest = emptyDigest;
  for (let at = 0; at < 30; at++) {
    const time = `2026-11-26T10:00:${String(at).padStart(2, "0")}.000Z`;
    digest = withChange(digest, changed(name(at), time, `arn:aws:iam::111122223333:role/${"y".repeat(300)}`));
    digest = withWaiting(digest, held(name(at), time, "z".repeat(90)));
  }
  const { digest: told } = alertOf(digest);
  expect(told?.changed.map(({ bucket }) => bucket)).toEqual(Array.from({ length: 20 }, (_, at) => name(29 - at)));
  expect(told?.oldest.map(({ bucket }) => bucket)).toEqual(Array.from({ length: 20 }, (_, at) => name(at)));
  const text = alertText(alertOf(digest));
  expect(text.match(/and 10 more/g)).toHaveLength(2);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("names that could act in a mail are made safe", () => {
  const { digest } = alertOf(withWaiting(emptyDigest, held("a\u202eb", FROM, "<r>")));
  expect(digest?.oldest).toMatchObject([{ bucket: "a\\u{202e}b", rule: "\\u{3c}r\\u{3e}" }]);
});
