import { describe, expect, test } from "vitest";
import { alertMessage } from "#core/alert/message";
import { type Alert, alertSchema } from "#core/alert/schema";
import { alertText } from "#core/alert/text";
import { readDocument } from "#core/iam/document";
import type { KeyFacts } from "#core/key/key";
import { buildKeyAlert } from "#core/key-risk/alert";
import { commandsFor } from "#core/key-risk/commands";
import { noDependents, withBucket } from "#core/key-risk/dependents";
import { isDoubtful } from "#core/key-risk/doubtful";
import { healthOf, type KeyLook } from "#core/key-risk/health";
import { policyHealth } from "#core/key-risk/policy-health";
import { isBeingTold, type KeyRecord, toTell } from "#core/key-risk/record";
import { subjectsOf } from "#core/key-risk/subjects";
import { type Policy, policySchema } from "#core/policy/policy";

const REGION = "eu-west-1";
const PLACE = `arn:aws:kms:${REGION}:111122223333`;
const HERE = { account: "111122223333" };
const KEY = `${PLACE}:key/11111111-2222-3333-4444-555555555555`;
const OTHER = `${PLACE}:key/99999999-2222-3333-4444-555555555555`;
const ALIAS = `${PLACE}:alias/s3-default`;

const facts = (state: string, more: Partial<KeyFacts> = {}): KeyFacts => ({
  arn: KEY,
  state,
  spec: "SYMMETRIC_DEFAULT",
  usage: "ENCRYPT_DECRYPT",
  manager: "CUSTOMER",
  ...more,
});
const look = (arn: string, key: KeyFacts | null | "denied", pin: string | null = null): KeyLook => ({
  arn,
  pin,
  key:
    key === "denied"
      ? { known: false, error: { name: "AccessDeniedException", message: "no" } }
      : { known: true, value: key },
});

describe("the health of a key", () => {
  test.each([
    ["Enabled", "usable"],
    ["Updating", "usable"],
    ["Creating", "usable"],
    ["Disabled", "at risk"],
    ["PendingDeletion", "at risk"],
    ["PendingReplicaDeletion", "at risk"],
    ["PendingImport", "at risk"],
    ["Unavailable", "at risk"],
    ["SomethingNew", "at risk"],
  ])("%s: %s", (state, kind) => {
    expect(healthOf(look(KEY, facts(state)))).toMatchObject({ kind, state, key: KEY, deletion: null });
  });

  test("one that is pending deletion says when it is gone", () => {
    const health = healthOf(look(ALIAS, facts("PendingDeletion", { deletion: "2026-12-24T08:00:00.000Z" }), KEY));
    expect(health.text).toBe(`${ALIAS} names ${KEY}, which is in state PendingDeletion, and is deleted on 2026-12-24`);
    expect(health.deletion).toBe("2026-12-24T08:00:00.000Z");
  });

  test("one that does not exist, one that could not be read, and an alias that moved are three things", () => {
    expect(healthOf(look(KEY, null))).toMatchObject({ kind: "at risk", state: "missing", key: null });
    expect(healthOf(look(KEY, "denied"))).toMatchObject({ kind: "unknown", state: "AccessDeniedException", key: null });
    const moved = healthOf(look(ALIAS, facts("Enabled"), OTHER));
    expect(moved).toMatchObject({ kind: "at risk", state: "moved", key: KEY });
    expect(moved.text).toBe(`${ALIAS} names ${KEY} now, and was ${OTHER} before`);
  });
});

describe("the policy of a key", () => {
  const well = healthOf(look(KEY, facts("Enabled")));
  const judged = (...Statement: object[]) =>
    policyHealth(well, KEY, { known: true, value: readDocument(JSON.stringify({ Statement })) });
  const all = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*", Resource: "*" };

  test("that lets its account use it is well", () => {
    expect(judged(all)).toBe(well);
  });

  test("that does not is a risk, and so is one of which nobody can tell", () => {
    const deny = { Sid: "No", Effect: "Deny", Principal: "*", Action: "kms:Decrypt", Resource: "*" };
    expect(judged(all, deny)).toMatchObject({
      kind: "at risk",
      state: "refused",
      text: `the policy of ${KEY} does not let account 111122223333 call kms:Decrypt through S3 (No)`,
    });
    expect(judged().text).toMatch(/does not let account 111122223333 call kms:GenerateDataKey through S3$/);
    const named = { ...all, Principal: { AWS: "arn:aws:iam::111122223333:role/uploader" } };
    const unclear = judged(named);
    expect(unclear).toMatchObject({ kind: "at risk", state: "unclear" });
    expect(unclear.text).toMatch(/^whether the policy of .* call kms:GenerateDataKey through S3 is not known/);
    expect(commandsFor(KEY, unclear, null, HERE)[0]).toContain(
      `aws kms put-key-policy --policy-name default --policy file://before.json --key-id ${KEY} --region ${REGION}`,
    );
  });

  test("that cannot be read is not known; what is at risk already stays so", () => {
    const denied = { known: false, error: { name: "AccessDeniedException", message: "" } } as const;
    expect(policyHealth(well, KEY, denied)).toMatchObject({ kind: "unknown", state: "AccessDeniedException" });
    const disabled = healthOf(look(KEY, facts("Disabled")));
    expect(policyHealth(disabled, KEY, denied)).toBe(disabled);
    expect(policyHealth(well, "no key", denied)).toBe(well);
  });
});

describe("what is told by itself:", () => {
  const told = (...looks: KeyLook[]) =>
    subjectsOf(looks).map(({ look, health, names }) => [look.arn, health.kind, [...names]]);

  test("a key with two names once, by its own ARN; the names that name it are well", () => {
    const second = `${PLACE}:alias/second`;
    const disabled = facts("Disabled");
    expect(told(look(ALIAS, disabled, KEY), look(second, disabled), look(KEY, disabled))).toEqual([
      [ALIAS, "usable", [ALIAS]],
      [KEY, "at risk", [KEY, ALIAS, second]],
      [second, "usable", [second]],
    ]);
  });

  test("an alias that names nothing, or another key than its pin, whose buckets depend on it, too", () => {
    expect(told(look(ALIAS, null, KEY))).toEqual([[ALIAS, "at risk", [ALIAS, KEY]]]);
    expect(told(look(ALIAS, facts("Enabled"), OTHER))).toEqual([[ALIAS, "at risk", [ALIAS, OTHER]]]);
    expect(told(look(ALIAS, "denied"))).toEqual([[ALIAS, "unknown", [ALIAS]]]);
  });
});

describe("the command that cancels it", () => {
  const next = (arn: string, key: KeyFacts | null | "denied", pin: string | null = null) =>
    commandsFor(arn, healthOf(look(arn, key, pin)), pin, HERE);

  test.each([
    [
      "PendingDeletion",
      `aws kms cancel-key-deletion --key-id ${KEY} --region ${REGION} && aws kms enable-key --key-id`,
    ],
    ["PendingReplicaDeletion", `aws kms cancel-key-deletion --key-id ${KEY}`],
    ["Disabled", `Run: aws kms enable-key --key-id ${KEY} --region ${REGION}`],
    ["PendingImport", `aws kms get-parameters-for-import --wrapping-algorithm RSAES_OAEP_SHA_256`],
    ["Unavailable", "aws kms connect-custom-key-store"],
    ["SomethingNew", `aws kms describe-key --key-id ${KEY}`],
  ])("of a key in state %s: %s", (state, command) => {
    expect(next(ALIAS, facts(state)).join("\n")).toContain(command);
  });

  test("of an alias puts back what it named, as far as that is known", () => {
    expect(next(ALIAS, facts("Enabled"), OTHER)).toEqual([
      `Run: aws kms update-alias --alias-name alias/s3-default --target-key-id ${OTHER} --region ${REGION}`,
      `If it was intended, run: bucketseal policy accept-key ${ALIAS}`,
    ]);
    expect(next(ALIAS, null, KEY)).toEqual([
      `Run: aws kms create-alias --alias-name alias/s3-default --target-key-id ${KEY} --region ${REGION}`,
    ]);
    expect(next(ALIAS, null)).toEqual([`Create the alias ${ALIAS}, or correct its name under "keys" in the policy.`]);
  });

  test("is none where nothing cancels it, or where its state is not known", () => {
    expect(next(KEY, null).join()).toContain("No deleted key comes back");
    expect(next(KEY, "denied")).toEqual([`Allow Bucketseal's roles to call kms:DescribeKey on ${KEY}.`]);
  });
});

describe("a bucket depends on a key", () => {
  const policy: Policy = policySchema.parse({
    version: 1,
    keys: { main: "arn:{partition}:kms:{region}:{account}:alias/s3-default" },
    rules: [
      { id: "kms", match: { buckets: ["a*"] }, encryption: { algorithm: "aws:kms", key: "main" } },
      { id: "aes", encryption: { algorithm: "AES256" } },
    ],
  });
  const ref = { partition: "aws", account: "111122223333", region: REGION, bucket: "a1" };
  const names = new Set([KEY, ALIAS]);
  const observed = (key?: string) =>
    ({ algorithm: "aws:kms", bucketKey: true, sseC: "SSE-C", ...(key === undefined ? {} : { key }) }) as const;
  const depends = (outcome: string | null, rule: string | null, seen: ReturnType<typeof observed> | null) =>
    withBucket(noDependents, names, policy, { ref, outcome, state: { rule, observed: seen } });

  test.each([
    ["by its key's ARN", KEY],
    ["by its key's id", "11111111-2222-3333-4444-555555555555"],
    ["by an alias", "alias/s3-default"],
  ])("that its default names %s, whatever its rule says", (_, key) => {
    expect(depends("left alone", "aes", observed(key))).toEqual({ using: 1, declared: 0, waiting: [] });
  });

  test("that its rule declares, and waits for it where it was held, reported, unreadable or failed", () => {
    for (const outcome of ["held", "reported", "unreadable", "failed"]) {
      expect(depends(outcome, "kms", observed())).toEqual({ using: 0, declared: 1, waiting: [ref] });
    }
    expect(depends("held", "kms", null)).toEqual({ using: 0, declared: 1, waiting: [ref] });
    expect(depends("contested", "kms", observed(OTHER))).toEqual({ using: 0, declared: 1, waiting: [] });
  });

  test.each([
    ["gone", "kms", observed(KEY)],
    ["left alone", null, observed(KEY)],
    ["left alone", "aes", observed(OTHER)],
    ["left alone", "aes", observed()],
    ["left alone", "a rule that is no more", null],
  ] as const)("not one that is %s, of rule %s, with %j", (outcome, rule, seen) => {
    expect(depends(outcome, rule, seen)).toEqual(noDependents);
  });
});

test.each([
  ["nothing is left to tell", { outbox: null, heldUntil: "2026-11-21T08:16:00Z" }, false],
  ["nobody holds what is left", {}, false],
  ["somebody holds it", { heldUntil: "2026-11-21T08:15:01Z" }, true],
  ["whoever held it is gone", { heldUntil: "2026-11-21T08:15:00Z" }, false],
] as const)("of a key, %s", (_, more, isHeld) => {
  const since = "2026-11-21T08:14:00Z";
  const record = { arn: KEY, rev: 2, kind: "at risk", state: "Disabled", since, outbox: {} as Alert, ...more } as const;
  expect(isBeingTold(record, Date.parse("2026-11-21T08:15:00Z"))).toBe(isHeld);
});

describe("what is told of a key", () => {
  const known = (kind: KeyRecord["kind"], state: string): KeyRecord => ({
    arn: KEY,
    rev: 2,
    kind,
    state,
    since: "2026-11-21T08:15:19.200Z",
    outbox: null,
  });
  const health = (state: string) => healthOf(look(KEY, facts(state)));

  test.each([
    ["nothing of one that was always well", null, health("Enabled"), null],
    ["that it is at risk", null, health("Disabled"), "stands"],
    ["nothing of what was told", known("at risk", "Disabled"), health("Disabled"), null],
    ["that it is in another state", known("at risk", "PendingDeletion"), health("Disabled"), "stands"],
    ["that it is over", known("at risk", "Disabled"), health("Enabled"), "over"],
    ["nothing of one that is well again", known("usable", "Enabled"), health("Updating"), null],
    ["that it is at risk again", known("usable", "Enabled"), health("Disabled"), "stands"],
    ["that its state is not known", null, healthOf(look(KEY, "denied")), "stands"],
    [
      "nothing of a read that fails while it is at risk",
      known("at risk", "Disabled"),
      healthOf(look(KEY, "denied")),
      null,
    ],
    ["that what was not known is bad", known("unknown", "AccessDeniedException"), health("Disabled"), "stands"],
  ])("%s", (_, before, now, expected) => {
    expect(toTell(before, now)).toBe(expected);
  });

  test.each([
    ["DisableKey", "Enabled", true],
    ["DisableKey", "Disabled", false],
    ["EnableKey", "Disabled", true],
    ["EnableKey", "Enabled", false],
    ["CancelKeyDeletion", "PendingDeletion", true],
    ["CancelKeyDeletion", "Disabled", false],
    ["PutKeyPolicy", "Enabled", true],
    ["CreateGrant", "Enabled", true],
    ["CreateKey", "Enabled", false],
  ])("after %s a key that is %s may show more later: %s", (call, state, expected) => {
    expect(isDoubtful(call, health(state))).toBe(expected);
  });
});

describe("the alert about a key", () => {
  const trigger = {
    eventId: "e1",
    eventName: "ScheduleKeyDeletion",
    eventTime: "2026-11-21T08:15:14Z",
    issuer: null,
    requested: null,
    actor: {
      type: "IAMUser",
      arn: "arn:aws:iam::111122223333:user/mallory",
      accountId: "111122223333",
      session: null,
      sourceIdentity: null,
      sourceIp: "198.51.100.7",
      invokedBy: null,
    },
  };
  const alert = (of: KeyLook, using = 12, declared = 0, by: typeof trigger | null = trigger) =>
    buildKeyAlert({
      id: "a1",
      now: Date.parse("2026-11-21T08:15:19.200Z"),
      ref: { account: "111122223333", region: REGION },
      look: of,
      health: healthOf(of),
      dependents: { using, declared },
      trigger: by,
    });

  test("says who did it, how many buckets depend on it and what cancels it", () => {
    const pending = alert(look(KEY, facts("PendingDeletion", { deletion: "2026-12-24T08:00:00.000Z" })));
    expect(alertSchema.parse(pending)).toEqual(pending);
    expect(pending).toMatchObject({ bucket: null, outcome: "reported", severity: "critical", latencyMs: null });
    expect(alertMessage(pending).subject).toBe(
      "[critical] Bucketseal: key 11111111 PendingDeletion, 12 buckets on it in 111122223333 eu-west-1",
    );
    expect(
      alertText(pending),
    ).toBe(`The KMS key ${KEY} is at risk (PendingDeletion), and on it 12 managed buckets depend.

Who:      mallory (IAM user, arn:aws:iam::111122223333:user/mallory), from 198.51.100.7
What:     ScheduleKeyDeletion at 2026-11-21T08:15:14Z
Where:    account 111122223333, eu-west-1

Why:
- ${KEY} is in state PendingDeletion, and is deleted on 2026-12-24
- 12 managed buckets use it

What to do next:
- Run: aws kms cancel-key-deletion --key-id ${KEY} --region ${REGION} && aws kms enable-key --key-id ${KEY} --region ${REGION}
- Find out who did it and what else was done with these credentials; while the key cannot be used, uploads under it fail and objects under it cannot be read.

Severity critical. Alert a1.
`);
  });

  test.each([
    [0, 0, "0 managed buckets use it", "0 managed buckets depend"],
    [1, 0, "1 managed bucket uses it", "1 managed bucket depends"],
    [1, 1, "1 managed bucket uses it, and 1 more is to be encrypted under it", "2 managed buckets depend"],
    [2, 2, "2 managed buckets use it, and 2 more are to be encrypted under it", "4 managed buckets depend"],
  ])("counts %i that use it and %i that are to", (using, declared, reason, headline) => {
    const found = alert(look(ALIAS, null), using, declared, null);
    expect(found.reasons[1]).toBe(reason);
    expect(found.key).toMatchObject({ arn: ALIAS, name: ALIAS, state: "missing", using, declared });
    expect(alertText(found)).toContain(`is at risk (missing), and on it ${headline}.`);
  });

  test("tells a state that is not known from one that is bad, and says that it is over", () => {
    const unknown = alert(look(KEY, "denied"), 1);
    expect(unknown).toMatchObject({ outcome: "unreadable", severity: "high" });
    expect(alertText(unknown)).toContain(
      "can be used is not known: AccessDeniedException. On it 1 managed bucket depends.",
    );
    expect(alertMessage(unknown).subject).toContain("unreadable, 1 bucket on it");
    const over = alert(look(KEY, facts("Enabled")));
    expect(over).toMatchObject({ outcome: "left alone", severity: "info" });
    expect(alertMessage(alert(look(ALIAS, null))).subject).toContain("key s3-default missing, 12 buckets on it");
    expect(over.next).toEqual(["Nothing to do. Buckets that were held because of it are looked at again now."]);
    expect(alertText(over)).toContain(`The KMS key ${KEY} can be used again.`);
    expect(alertMessage(over).subject).toContain("key 11111111 can be used again");
  });
});
