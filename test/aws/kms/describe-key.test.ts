import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { describeKey } from "#aws/kms/describe-key";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const account = "111122223333";

const newKey = async (Spec: object = {}): Promise<string> =>
  (await aws.root().kms.send(new CreateKeyCommand(Spec))).KeyMetadata?.Arn ?? "";

test("a key is described by its ARN, and by the ARN of an alias", async () => {
  const arn = await newKey();
  await aws.root().kms.send(new CreateAliasCommand({ AliasName: "alias/known", TargetKeyId: arn }));
  const value = { arn, state: "Enabled", spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", manager: "CUSTOMER" };
  expect(await describeKey(aws.root().kms, arn)).toEqual({ known: true, value });
  const alias = `arn:aws:kms:us-east-1:${account}:alias/known`;
  expect(await describeKey(aws.root().kms, alias)).toEqual({ known: true, value });
});

test("a key that AWS manages for S3 is marked as such", async () => {
  const alias = `arn:aws:kms:us-east-1:${account}:alias/aws/s3`;
  expect(await describeKey(aws.root().kms, alias)).toMatchObject({ known: true, value: { manager: "AWS" } });
});

test("a key shows that it is disabled, pending deletion, or for another use", async () => {
  const { kms } = aws.root();
  const [disabled, pending] = [await newKey(), await newKey()];
  await kms.send(new DisableKeyCommand({ KeyId: disabled }));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: pending, PendingWindowInDays: 7 }));
  const hmac = await newKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
  expect(await describeKey(kms, disabled)).toMatchObject({ value: { state: "Disabled" } });
  expect(await describeKey(kms, pending)).toMatchObject({ value: { state: "PendingDeletion" } });
  expect(await describeKey(kms, hmac)).toMatchObject({
    value: { spec: "HMAC_256", usage: "GENERATE_VERIFY_MAC", state: "Enabled" },
  });
});

test("a key that does not exist is known not to exist", async () => {
  const alias = `arn:aws:kms:us-east-1:${account}:alias/never`;
  expect(await describeKey(aws.root().kms, alias)).toEqual({ known: true, value: null });
});

test("a key that we may not read is unknown", async () => {
  const arn = await newKey();
  const stranger = await aws.user([]);
  expect(await describeKey(stranger.kms, arn)).toMatchObject({
    known: false,
    error: { name: "AccessDeniedException" },
  });
});

test("a key is requested again when KMS throttles", async () => {
  const arn = await newKey();
  await withFaults(aws.endpoint, [{ kind: "throttle", service: "kms" }], async () => {
    await expect(describeKey(aws.root().kms, arn)).rejects.toThrow(RetryableError);
  });
});
