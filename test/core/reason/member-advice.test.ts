import { expect, test } from "vitest";
import { adviceFor } from "#core/reason/advice";
import { commandsOf, member, memberAdvice } from "../../support/core/member-advice.ts";
import { ref } from "../../support/core/world.ts";

const advice = memberAdvice();
const commands = commandsOf(advice);
const of = `--account ${member.account}`;

test("what is advised about a member's bucket runs beside the hub, or says whose credentials it takes", () => {
  const about = commands.filter(([command]) => / (?:wages|BUCKET)\b/.test(command));
  expect(about.length).toBeGreaterThan(5);
  for (const [command, sentence] of about) {
    const runs = command.includes(of) || command.includes("--all-accounts");
    expect(runs || sentence.includes(`(with credentials of account ${member.account})`), sentence).toBe(true);
  }
  expect(advice.join("\n")).not.toMatch(/bucketseal (?:apply|rollback|explain|plan)\b/);
});

test("each of these is advised", () => {
  const expected = [
    `bucketseal alarm clear wages ${of}`,
    "bucketseal backfill wages --policy FILE --region us-east-1 --since 2026-11-21T04:59:00.000Z --until 2026-11-21T05:02:00.000Z",
    "bucketseal backfill wages --policy FILE --region us-east-1 --since 2026-11-21T04:59:00.000Z --until 2026-11-21T05:07:00.000Z",
    `bucketseal history BUCKET --all-accounts`,
    `bucketseal history wages ${of}`,
    "bucketseal org rollout --stage prod",
    "bucketseal org template --stage prod",
    `bucketseal policy accept-key arn:aws:kms:eu-west-1:111122223333:alias/central ${of}`,
    `bucketseal policy accept-key ALIAS-ARN ${of}`,
    "bucketseal resume",
    `bucketseal resume wages ${of}`,
    "bucketseal status --all-accounts",
    `bucketseal status ${of}`,
    `bucketseal sweep ${of}`,
    `bucketseal sweep ${of} --stage prod`,
  ];
  expect(new Set(commands.map(([command]) => command))).toEqual(new Set(expected));
});

test("a fight about it is ended, and a last repair made, by the hub", () => {
  expect(
    adviceFor("contested", ["left-unrepaired"], { ref: member, isMember: true, rule: null, declaredKey: null }),
  ).toEqual([
    `Until it is settled, objects written to wages are not encrypted as declared. To set it right once by hand, run: bucketseal resume wages ${of} && bucketseal sweep ${of}`,
    `Find out who or what keeps changing the bucket and stop one of the two, then run: bucketseal resume wages ${of}`,
  ]);
});

test("a bucket of the stage's own place is named as ever", () => {
  expect(adviceFor("contested", [], { ref, isMember: false, rule: null, declaredKey: null })).toEqual(
    adviceFor("contested", [], { ref, rule: null, declaredKey: null }),
  );
});
