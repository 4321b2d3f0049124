import { expect, test } from "vitest";
import { buildMemberAlert } from "#core/alert/member";
import { alertMessage } from "#core/alert/message";
import { alertSchema, type MemberNews } from "#core/alert/schema";

const ref = { account: "444455556666", region: "eu-west-1" };

test.each<[MemberNews, object, string, string, string]>([
  [
    "not enrolled",
    { outcome: "unreadable", severity: "high" },
    "[high] Bucketseal: account not enrolled in 444455556666 eu-west-1",
    "The account 444455556666 is not enrolled: its member role cannot be assumed, so nothing in it is looked at.",
    "bucketseal org rollout --stage prod prints the commands",
  ],
  [
    "unreachable",
    { outcome: "unreadable", severity: "high" },
    "[high] Bucketseal: account unreachable in 444455556666 eu-west-1",
    "The buckets of account 444455556666 could not be listed, so nothing is known of them.",
    "denies s3:ListAllMyBuckets to the member role of account 444455556666",
  ],
  [
    "refused event",
    { outcome: "failed", severity: "high" },
    "[high] Bucketseal: event refused in 444455556666 eu-west-1",
    "An event of account 444455556666 was refused: its record disagrees with its envelope, and nothing was looked at.",
    "only somebody in account 444455556666 can have sent this one",
  ],
])("the alert about an account: %s", (kind, judged, subject, headline, next) => {
  const given = { id: "m-1", now: Date.parse("2026-11-21T08:15:19.200Z"), ref, kind, stage: "prod" };
  const alert = buildMemberAlert({ ...given, why: "AccessDenied:\nno" });
  expect(alert).toMatchObject({
    ...judged,
    ...ref,
    bucket: null,
    reasons: ["AccessDenied:\\u{a}no"],
    member: { kind, account: ref.account, why: "AccessDenied:\\u{a}no" },
  });
  expect(alertSchema.parse(JSON.parse(JSON.stringify(alert)))).toEqual(alert);
  const sent = alertMessage(alert);
  expect(sent.subject).toBe(subject);
  const { email } = JSON.parse(sent.message) as { email: string };
  expect(email.split("\n")[0]).toBe(headline);
  expect(email).toContain(next);
});
