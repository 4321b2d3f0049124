import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { keyCalls } from "#core/event/calls";
import { MAX_HOPS } from "#core/stage/queue";
import { startMessage } from "#core/sweep/messages";
import { bucketEvent } from "../../events/cloudtrail.ts";
import { account, region } from "../../support/batch/hub.ts";
import { type RunDesk, removeBuckets, runDesk } from "../../support/batch/run-desk.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/** Keys at risk, by the sweep function in this process on a local AWS. */
const aws = localAws();
const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true };
let root: Clients;
let desk: RunDesk;
let names: string[];

beforeAll(() => {
  root = aws.root();
});

beforeEach(async () => {
  desk = await runDesk(root);
  await desk.hub.push([{ match: { buckets: ["fn-*"] }, encryption }]);
  names = [];
});

afterEach(() => removeBuckets(root, names));

/** Makes buckets that are known to the ledger, and forgets what was told of them. */
async function known(count: number): Promise<void> {
  names.push(...(await desk.make(count)));
  await desk.tell(startMessage("dana"));
  await desk.drain();
  desk.own.splice(0);
  await desk.hub.alerts();
}

/** An event about keys, as the rule brings it. */
function event(eventName: string, arns: readonly string[], more: object = {}): never {
  return bucketEvent(eventName, {
    account,
    region,
    eventId: randomUUID(),
    record: { eventSource: "kms.amazonaws.com", resources: arns.map((ARN) => ({ ARN })), ...more },
    envelope: { source: "aws.kms" },
  }) as never;
}

const keyAlerts = async () => (await desk.hub.alerts()).filter(({ key }) => key !== undefined);

test("a disabled key is told once with the number of its buckets, by event or by sweep, and so is its end", async () => {
  const { keyArn } = desk.hub;
  await known(2);
  await root.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
  const disabled = event("DisableKey", [keyArn]);
  expect(await desk.tell(disabled)).toBe(0);
  expect(await desk.tell(disabled)).toBe(0);
  await desk.tell(startMessage("dana"));
  await desk.drain();
  const told = await keyAlerts();
  expect(
    told.map(({ severity, key, actor }) => [severity, key?.state, key?.using, actor?.session ?? actor?.arn]),
  ).toEqual([["critical", "Disabled", 2, "arn:aws:iam::111122223333:user/alice"]]);
  await root.kms.send(new EnableKeyCommand({ KeyId: keyArn }));
  desk.later(1);
  await desk.tell(startMessage("dana"));
  await desk.drain();
  expect((await keyAlerts()).map(({ outcome, key, actor }) => [outcome, key?.state, actor])).toEqual([
    ["left alone", "Enabled", null],
  ]);
});

test("a key at risk is told once, though another instance comes while it is being told", async () => {
  const { keyArn } = desk.hub;
  await known(1);
  await root.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
  await withFaults(aws.endpoint, [{ kind: "slow", api: "Publish", delayMs: 1_500 }], async () => {
    const first = desk.tell(event("DisableKey", [keyArn]));
    await sleep(700);
    expect(await desk.tell(event("DisableKey", [keyArn]))).toBe(1);
    expect(await first).toBe(0);
  });
  expect(await desk.tell(event("DisableKey", [keyArn]))).toBe(0);
  expect((await keyAlerts()).map(({ key }) => key?.state)).toEqual(["Disabled"]);
});

test("a sweep finds what no event told, though every bucket is as declared", async () => {
  await known(1);
  await root.kms.send(new DisableKeyCommand({ KeyId: desk.hub.keyArn }));
  desk.later(1);
  await desk.tell(startMessage("dana"));
  await desk.drain();
  expect((await desk.last())?.counts).toMatchObject({ seen: 1, held: 0 });
  expect(await keyAlerts()).toMatchObject([
    { severity: "critical", key: { state: "Disabled", using: 1 }, actor: null },
  ]);
});

test("an alias that is gone or moved is told with the key that it named; what waited for it is looked at again", async () => {
  const { keyArn } = desk.hub;
  await known(1);
  const { aliasName: AliasName } = desk.hub;
  await root.kms.send(new DeleteAliasCommand({ AliasName }));
  const arn = `arn:aws:kms:${region}:${account}:${AliasName}`;
  await desk.tell(event("DeleteAlias", [arn, keyArn]));
  const [gone] = await keyAlerts();
  expect(gone).toMatchObject({ severity: "critical", key: { arn, state: "missing", using: 1 } });
  expect(gone?.next[0]).toContain(`aws kms create-alias --alias-name ${AliasName} --target-key-id ${keyArn}`);
  // A wrong bucket is held for it, once what was read a moment ago counts no more.
  desk.later(1);
  names.push(...(await desk.make(1, true)));
  await desk.tell(startMessage("dana"));
  await desk.drain();
  expect((await desk.state(names.at(-1) ?? "")).outcome).toMatch(/held|unreadable/);

  const other = (await root.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  await root.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: other }));
  await desk.tell(event("CreateAlias", [arn, other]));
  expect((await keyAlerts()).map(({ key }) => key?.state)).toEqual(["moved"]);
  expect(desk.lane).toEqual([]);
  await root.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: keyArn }));
  await desk.tell(event("UpdateAlias", [arn, keyArn]));
  expect((await keyAlerts()).map(({ outcome }) => outcome)).toEqual(["left alone"]);
  expect(desk.lane.map(({ body }) => (body as never as { ref: { bucket: string } }).ref.bucket)).toEqual([
    names.at(-1),
  ]);
});

test("a key that nobody declares and no bucket uses costs no alert; one that a bucket uses does", async () => {
  await known(1);
  const other = (await root.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  await root.kms.send(new DisableKeyCommand({ KeyId: other }));
  expect(await desk.tell(event("DisableKey", [other]))).toBe(0);
  expect(await keyAlerts()).toEqual([]);
  await desk.hub.push([{ match: { buckets: ["fn-*"] }, encryption }], {
    keys: { default: `arn:aws:kms:${region}:${account}:alias/nobody` },
  });
  desk.later(1);
  await root.kms.send(new DisableKeyCommand({ KeyId: desk.hub.keyArn }));
  await desk.tell(event("DisableKey", [desk.hub.keyArn]));
  expect((await keyAlerts()).map(({ key }) => [key?.state, key?.using])).toEqual([["Disabled", 1]]);
});

test("a key whose event comes before KMS shows the change is looked at once more", async () => {
  await known(1);
  await desk.tell(event("DisableKey", [desk.hub.keyArn]));
  const [again] = desk.own.splice(0);
  expect(again).toMatchObject({ delay: 15, hops: 1, body: { schema: "bucketseal.keys/1", again: true } });
  await desk.tell(again?.body as never, randomUUID(), again?.hops);
  expect(desk.own).toEqual([]);
  // One that was sent about too often is a dead letter, not a loop.
  expect(await desk.tell(event("DisableKey", [desk.hub.keyArn]), randomUUID(), MAX_HOPS)).toBe(0);
  expect(desk.own).toEqual([]);
});

test("a bucket that still waits for its key after the look that its end asked for is looked at once more", async () => {
  const { keyArn } = desk.hub;
  await root.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
  names.push(...(await desk.make(1, true)));
  await desk.tell(startMessage("dana"));
  await desk.drain();
  expect(await desk.state(names[0] ?? "")).toMatchObject({ outcome: "held" });
  await root.kms.send(new EnableKeyCommand({ KeyId: keyArn }));
  desk.own.splice(0);
  await desk.tell(event("EnableKey", [keyArn]));
  // The look does not see the change, and nothing is written.
  expect(desk.lane.splice(0)).toHaveLength(1);
  const [again, ...others] = desk.own.splice(0);
  expect([again?.delay, others]).toEqual([15, []]);
  await desk.tell(again?.body as never, randomUUID(), again?.hops);
  expect(desk.own).toEqual([]);
  desk.later(1);
  await desk.look(...desk.lane.splice(0));
  expect(await desk.state(names[0] ?? "")).toMatchObject({ outcome: "changed" });
});

test("what cannot be told now is told by the redelivery, with the same id", async () => {
  await known(1);
  await root.kms.send(new DisableKeyCommand({ KeyId: desk.hub.keyArn }));
  const disabled = event("DisableKey", [desk.hub.keyArn]);
  await withFaults(aws.endpoint, [{ kind: "throttle", api: "DescribeKey" }], async () => {
    expect(await desk.tell(disabled)).toBe(1);
  });
  expect(await keyAlerts()).toEqual([]);
  expect(await desk.tell(disabled)).toBe(0);
  expect(await keyAlerts()).toHaveLength(1);
});

test("every call of the rule is read; another account's event and a call that failed are left", async () => {
  for (const call of keyCalls) expect(await desk.tell(event(call, [desk.hub.keyArn]))).toBe(0);
  expect(await desk.tell(event("DisableKey", [desk.hub.keyArn], { errorCode: "AccessDenied" }))).toBe(0);
  expect(await desk.tell(event("DisableKey", [desk.hub.keyArn], { recipientAccountId: "222233334444" }))).toBe(0);
  expect(await keyAlerts()).toEqual([]);
});

test("a key policy that lets the account use the key no more is told with what brings it back, and its end", async () => {
  const { keyArn } = desk.hub;
  await known(1);
  const all = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" };
  const deny = { Sid: "NoUploads", Effect: "Deny", Principal: "*", Action: "kms:GenerateDataKey*", Resource: "*" };
  const put = async (...Statement: object[]) => {
    await root.kms.send(
      new PutKeyPolicyCommand({ KeyId: keyArn, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
    );
    await desk.tell(event("PutKeyPolicy", [keyArn]));
    return keyAlerts();
  };
  expect(await put(all)).toEqual([]);
  const [refused, ...more] = await put(all, deny);
  expect(more).toEqual([]);
  expect(refused).toMatchObject({ severity: "critical", key: { state: "refused", using: 1 } });
  expect(refused?.reasons[0]).toContain(
    "does not let account 111122223333 call kms:GenerateDataKey through S3 (NoUploads)",
  );
  expect(refused?.next[0]).toContain(
    `aws kms put-key-policy --policy-name default --policy file://before.json --key-id ${keyArn}`,
  );
  expect(await put(all, deny)).toEqual([]);
  const only = { ...all, Principal: { AWS: `arn:aws:iam::${account}:role/uploader` } };
  expect((await put(only)).map(({ key }) => key?.state)).toEqual(["unclear"]);
  expect((await put(all)).map(({ outcome }) => outcome)).toEqual(["left alone"]);
});
