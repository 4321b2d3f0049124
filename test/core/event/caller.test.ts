import { expect, test } from "vitest";
import { callerOf } from "#core/event/caller";
import type { Actor } from "#core/event/trigger";
import { person } from "../../support/simulation/simulation.ts";

const session = "arn:aws:sts::111122223333:assumed-role/ci/run-1";
const role = "arn:aws:iam::111122223333:role/pipelines/ci";
const nobody: Actor = { ...person("x"), type: "Unknown", arn: null, accountId: null };

test.each<[string, Partial<Actor>, string | null, string | null]>([
  ["a user", person("alice"), null, "arn:aws:iam::111122223333:user/alice"],
  ["a role, whatever its session is called", { type: "AssumedRole", arn: session }, role, role],
  [
    "a role whose issuer the event does not name",
    { type: "AssumedRole", arn: session },
    null,
    "arn:aws:sts::111122223333:assumed-role/ci",
  ],
  [
    "a role that a service acts for",
    { type: "AssumedRole", arn: session, invokedBy: "cloudformation.amazonaws.com" },
    role,
    `${role} through cloudformation.amazonaws.com`,
  ],
  ["a service", { ...nobody, type: "AWSService", invokedBy: "config.amazonaws.com" }, null, "config.amazonaws.com"],
  ["the root user", { type: "Root", accountId: "111122223333" }, null, "the root user of 111122223333"],
  ["a root user without an account", { ...nobody, type: "Root", arn: "arn:root" }, null, "arn:root"],
  ["a caller of another account", { ...nobody, accountId: "444455556666" }, null, "account 444455556666"],
  ["nobody", nobody, null, null],
])("behind an event is %s", (_, actor, issuer, name) => {
  expect(callerOf({ actor: { ...person("x"), ...actor }, issuer })).toBe(name);
});
