import { expect, test } from "vitest";
import { ROLLBACK, rollbackTrigger } from "#core/event/rollback";
import { NOW, wanted } from "../../support/core/loop.ts";

test.each([
  ["arn:aws:iam::111122223333:user/team/dana", "IAMUser", "111122223333", null],
  ["arn:aws:sts::111122223333:assumed-role/ops/dana", "AssumedRole", "111122223333", "dana"],
  ["arn:aws:sts::111122223333:assumed-role/ops", "AssumedRole", "111122223333", null],
  ["arn:aws:sts::111122223333:federated-user/dana", "FederatedUser", "111122223333", null],
  ["arn:aws-cn:iam::111122223333:root", "Root", "111122223333", null],
  ["something else", "Unknown", null, null],
])("a person's rollback is told like a call of %s", (arn, type, accountId, session) => {
  expect(rollbackTrigger("id-1", NOW, arn, wanted)).toMatchObject({
    eventId: "id-1",
    eventName: ROLLBACK,
    eventTime: "2026-11-21T08:15:20Z",
    actor: { type, arn, accountId, session },
  });
});
