import { buildAlert } from "#core/alert/bucket";
import { buildDigestAlert, emptyDigest, withWaiting } from "#core/alert/day-digest";
import { emptyWindow } from "#core/alert/digest";
import { buildMemberAlert } from "#core/alert/member";
import { buildNotificationAlert, type NotificationFinding } from "#core/alert/notifications";
import { buildObjectAlert } from "#core/alert/objects";
import { buildRunAlert } from "#core/alert/run";
import { commandsFor } from "#core/key-risk/commands";
import { healthOf } from "#core/key-risk/health";
import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import { reasonCodes } from "#core/reason/reason";
import { noCounts } from "#core/sweep/counts";
import { newRun } from "#core/sweep/run";
import { input } from "./alert-input.ts";
import { aliasArn, keyArn, keyFacts } from "./world.ts";

export const member: BucketRef = { partition: "aws", account: "222233334444", region: "us-east-1", bucket: "wages" };

/** People roll back buckets of the hub's own account and Region only. */
const OF_THE_HUB = "weakened-by-rollback";
const FROM = "2026-11-21T05:00:00.000Z";
const TO = "2026-11-21T05:01:00.000Z";
const outcomes: readonly Outcome[] = ["changed", "contested", "failed", "held", "reported", "superseded", "unreadable"];
const findings: readonly NotificationFinding[] = [
  { kind: "off", why: null },
  { kind: "unreadable", why: "AccessDenied" },
  { kind: "switched on" },
  { kind: "gap", from: FROM, to: TO },
  { kind: "interfered", changes: [] },
];

/** All that alerts advise about a member's bucket and its account, for every reason and outcome. */
export function memberAdvice(): readonly string[] {
  const [id, now, ref, isMember] = ["a-1", Date.parse(TO), member, true];
  const codes = reasonCodes.filter((code) => code !== OF_THE_HUB);
  const reasons = codes.map((code) => ({ code, text: code }));
  const counted = Object.fromEntries(codes.map((code) => [code, 1]));
  const plan = { ...input.plan, declaredKey: aliasArn("central") };
  const windows = [{ from: FROM, to: TO }];
  const run = {
    ...newRun({ id: "r", kind: "sweep", by: "schedule", message: "m" }, now),
    counts: { ...noCounts, held: 1 },
  };
  const window = { ...emptyWindow(FROM, TO), counts: { failed: 1 }, reasons: counted, rekeyed: 1 };
  const waiting = { bucket: member.bucket, outcome: "held", rule: null, since: FROM } as const;
  const moved = { arn: aliasArn("central"), key: { known: true, value: keyFacts(keyArn(2)) }, pin: keyArn(1) } as const;
  const alerts = [
    ...outcomes.map((outcome) => buildAlert({ ...input, ref, isMember, outcome, plan, reasons, windows })),
    buildObjectAlert({ id, now, ref, isMember, window, unconfirmed: ["a"] }),
    ...findings.map((finding) =>
      buildNotificationAlert({ id, now, ref, isMember, rule: "baseline", finding, trigger: null }),
    ),
    buildRunAlert({ id, now, ref: member, isMember, run, before: null }),
    buildDigestAlert({
      id,
      now,
      ref: member,
      from: FROM,
      to: TO,
      digest: withWaiting(emptyDigest, waiting),
      isHub: true,
    }),
    ...(["not enrolled", "unreachable", "refused event"] as const).map((kind) =>
      buildMemberAlert({ id, now, ref: member, kind, why: "AccessDenied", stage: "prod" }),
    ),
  ];
  const ofKey = commandsFor(moved.arn, healthOf(moved), moved.pin, member);
  return [...new Set([...alerts.flatMap(({ next }) => next), ...ofKey])];
}

/** The command lines of advice, each with the sentence that it is in, for what is said after it. */
export function commandsOf(advice: readonly string[]): readonly (readonly [command: string, sentence: string])[] {
  return advice.flatMap((sentence) =>
    sentence
      .split(
        /(?=bucketseal [a-z])|[;,`]| && | \(|[.](?= |$)| (?:the template|names|counts|says|lists|prints|which)(?= |$)/,
      )
      .filter((part) => part.startsWith("bucketseal "))
      .map((command) => [command.trim(), sentence] as const),
  );
}
