import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DeleteImportedKeyMaterialCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { beforeAll, describe, expect, test } from "vitest";
import { type BusEvent, type EventQueue, eventQueue } from "../support/batch/event-queue.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { TAG } from "../support/local-aws/sweep.ts";

const aws = conformance();
const trail = process.env.BUCKETSEAL_TEST_AWS !== "1" || process.env.BUCKETSEAL_TEST_TRAIL === "1";
let queue: EventQueue;

beforeAll(async () => {
  if (trail) queue = await eventQueue(aws, { source: ["aws.kms"], "detail-type": ["AWS API Call via CloudTrail"] });
}, 180_000);

async function event(eventName: string, KeyId: string): Promise<BusEvent> {
  const named = (found: BusEvent) => JSON.stringify(found.detail.resources).includes(KeyId);
  return await queue.find(eventName, (found) => found.detail.eventName === eventName && named(found));
}
const theKey = (ARN: string) => ({ accountId: aws.account, type: "AWS::KMS::Key", ARN });

// https://docs.aws.amazon.com/kms/latest/developerguide/understanding-kms-entries.html, a page for each operation
describe.runIf(trail)("an event about a KMS key:", () => {
  test("PutKeyPolicy has the policy as text", async () => {
    const KeyId = await aws.key();
    const Statement = [{ Effect: "Allow", Principal: { AWS: aws.account }, Action: "kms:*", Resource: "*" }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await aws.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    const { detail } = await event("PutKeyPolicy", KeyId);
    expect(detail).toMatchObject({
      eventSource: "kms.amazonaws.com",
      readOnly: false,
      managementEvent: true,
      responseElements: null,
      resources: [theKey(KeyId)],
    });
    expect(detail.requestParameters).toEqual({
      keyId: KeyId,
      policyName: "default",
      policy: Policy,
      bypassPolicyLockoutSafetyCheck: false,
    });
  });

  test("CreateGrant has grantee, operations and constraints, and never the token", async () => {
    const KeyId = await aws.key();
    const { GrantId, GrantToken } = await aws.kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: `arn:aws:iam::${aws.account}:root`,
        Operations: ["Decrypt", "GenerateDataKey"],
        Constraints: { EncryptionContextSubset: { Department: "IT" } },
      }),
    );
    const { detail } = await event("CreateGrant", KeyId);
    expect(detail.requestParameters).toEqual({
      keyId: KeyId,
      granteePrincipal: `arn:aws:iam::${aws.account}:root`,
      operations: ["Decrypt", "GenerateDataKey"],
      constraints: { encryptionContextSubset: { Department: "IT" } },
    });
    expect(detail).toMatchObject({ responseElements: { grantId: GrantId, keyId: KeyId }, resources: [theKey(KeyId)] });
    expect(JSON.stringify(detail)).not.toContain(GrantToken);
  });

  test("RevokeGrant names the grant in its parameters, RetireGrant beside them", async () => {
    const KeyId = await aws.key();
    const grant = { KeyId, GranteePrincipal: `arn:aws:iam::${aws.account}:root` };
    const first = await aws.kms.send(new CreateGrantCommand({ ...grant, Operations: ["Decrypt"] }));
    const second = await aws.kms.send(new CreateGrantCommand({ ...grant, Operations: ["Encrypt", "RetireGrant"] }));
    await aws.kms.send(new RevokeGrantCommand({ KeyId, GrantId: first.GrantId }));
    await aws.kms.send(new RetireGrantCommand({ GrantToken: second.GrantToken }));
    const revoked = await event("RevokeGrant", KeyId);
    expect(revoked.detail).toMatchObject({
      requestParameters: { keyId: KeyId, grantId: first.GrantId },
      resources: [theKey(KeyId)],
    });
    const retired = await event("RetireGrant", KeyId);
    expect(retired.detail).toMatchObject({
      requestParameters: null,
      additionalEventData: { grantId: second.GrantId },
      resources: [theKey(KeyId)],
    });
  });

  test("EnableKey and CancelKeyDeletion answer with the key's ARN", async () => {
    const KeyId = await aws.key();
    await aws.kms.send(new DisableKeyCommand({ KeyId }));
    await aws.kms.send(new EnableKeyCommand({ KeyId }));
    const enabled = await event("EnableKey", KeyId);
    expect(enabled.detail).toMatchObject({ requestParameters: { keyId: KeyId }, responseElements: { keyId: KeyId } });
    await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await aws.kms.send(new CancelKeyDeletionCommand({ KeyId }));
    const cancelled = await event("CancelKeyDeletion", KeyId);
    expect(cancelled.detail).toMatchObject({ responseElements: { keyId: KeyId }, resources: [theKey(KeyId)] });
  });

  test("DeleteAlias still names the key that the alias meant", async () => {
    const KeyId = await aws.key();
    const AliasName = `alias/${aws.prefix}-gone`;
    await aws.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
    await aws.kms.send(new DeleteAliasCommand({ AliasName }));
    const { detail } = await event("DeleteAlias", KeyId);
    expect(detail.requestParameters).toEqual({ aliasName: AliasName });
    const arns = (detail.resources as { ARN: string }[]).map(({ ARN }) => ARN);
    expect(arns).toEqual([`arn:aws:kms:${aws.region}:${aws.account}:${AliasName}`, KeyId]);
  });

  test("DeleteImportedKeyMaterial answers with the key's ARN", async () => {
    const { KeyMetadata } = await aws.kms.send(
      new CreateKeyCommand({ Origin: "EXTERNAL", Tags: [{ TagKey: TAG, TagValue: aws.prefix }] }),
    );
    const KeyId = KeyMetadata?.Arn ?? "";
    aws.later(() => aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })));
    await aws.kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
    const { detail } = await event("DeleteImportedKeyMaterial", KeyId);
    expect(detail).toMatchObject({
      requestParameters: { keyId: KeyId },
      responseElements: { keyId: KeyId },
      resources: [theKey(KeyId)],
    });
  });
});
