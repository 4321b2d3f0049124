import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  type GrantConstraints,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";

const aws = conformance();
const KeySpec = "AES_256" as const;
const absent = "00000000-0000-4000-8000-000000000001";

// https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
describe("a key that is not enabled", () => {
  test("because it is disabled is described, but refuses data keys, encryption and decryption with DisabledException", async () => {
    const KeyId = await aws.key();
    const { CiphertextBlob } = await aws.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
    await aws.kms.send(new DisableKeyCommand({ KeyId }));
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ KeyState: "Disabled", Enabled: false });
    const disabled = { name: "DisabledException", message: `${KeyId} is disabled.` };
    await expect(aws.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec }))).rejects.toMatchObject(disabled);
    const encrypt = aws.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
    await expect(encrypt).rejects.toMatchObject(disabled);
    await expect(aws.kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject(disabled);
  });

  test("because its deletion is pending raises KMSInvalidStateException, and cannot be enabled or deleted again", async () => {
    const KeyId = await aws.key();
    await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const pending = { name: "KMSInvalidStateException", message: `${KeyId} is pending deletion.` };
    await expect(aws.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec }))).rejects.toMatchObject(pending);
    await expect(aws.kms.send(new EnableKeyCommand({ KeyId }))).rejects.toMatchObject(pending);
    const again = aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await expect(again).rejects.toMatchObject(pending);
  });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html; captured on AWS in September 2026
describe("DryRun", () => {
  const dry = {
    name: "DryRunOperationException",
    message: "The request would have succeeded, but the DryRun option is set.",
  };

  test("returns DryRunOperationException for a call that would succeed", async () => {
    const KeyId = await aws.key();
    const generate = aws.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec, DryRun: true }));
    await expect(generate).rejects.toMatchObject(dry);
    const encrypt = aws.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x"), DryRun: true }));
    await expect(encrypt).rejects.toMatchObject(dry);
  });

  test("refuses what would be refused without it", async () => {
    const KeyId = await aws.key();
    const user = await aws.otherUser([{ Effect: "Allow", Action: "kms:DescribeKey", Resource: "*" }]);
    const generate = user.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec, DryRun: true }));
    await expect(generate).rejects.toMatchObject({ name: "AccessDeniedException" });
    await aws.kms.send(new DisableKeyCommand({ KeyId }));
    const disabled = aws.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec, DryRun: true }));
    await expect(disabled).rejects.toMatchObject({ name: "DisabledException" });
  });
});

// https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html; texts captured on AWS
describe("DescribeKey", () => {
  const arn = (resource: string, region = aws.region) => `arn:aws:kms:${region}:${aws.account}:${resource}`;

  test.each([
    ["an unknown id", () => absent, () => `Key '${arn(`key/${absent}`)}' does not exist`],
    ["an unknown ARN", () => arn(`key/${absent}`), () => `Key '${arn(`key/${absent}`)}' does not exist`],
    ["no id at all", () => "nonsense", () => "Invalid keyId 'nonsense'"],
    ["an ARN of another Region", () => arn(`key/${absent}`, "eu-west-1"), () => "Invalid arn eu-west-1"],
    ["an unknown alias", () => "alias/none", () => `Alias ${arn("alias/none")} is not found.`],
    ["an unknown alias ARN", () => arn("alias/none"), () => `Alias ${arn("alias/none")} is not found.`],
  ])("returns NotFoundException for %s, in AWS's words", async (_, keyId, message) => {
    const describeKey = aws.kms.send(new DescribeKeyCommand({ KeyId: keyId() }));
    await expect(describeKey).rejects.toMatchObject({ name: "NotFoundException", message: message() });
  });

  // github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms, pull request 60
  test("returns NotFoundException for a missing alias, even without permissions", async () => {
    const user = await aws.otherUser([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    const AliasName = `alias/${aws.prefix}-seen`;
    const describeKey = () => user.kms.send(new DescribeKeyCommand({ KeyId: AliasName }));
    await expect(describeKey()).rejects.toMatchObject({ name: "NotFoundException" });
    await aws.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: await aws.key() }));
    await expect(describeKey()).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("finds a key by its alias", async () => {
    const KeyId = await aws.key();
    const AliasName = `alias/${aws.prefix}`;
    await aws.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId: AliasName }));
    expect(KeyMetadata).toMatchObject({ Arn: KeyId, KeyManager: "CUSTOMER" });
  });

  // https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
  test.each([
    ["RSA_2048", "ENCRYPT_DECRYPT", { EncryptionAlgorithms: ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] }],
    ["ECC_NIST_P256", "SIGN_VERIFY", { SigningAlgorithms: ["ECDSA_SHA_256"] }],
  ] as const)("an asymmetric key says so: %s", async (KeySpec, KeyUsage, algorithms) => {
    const { KeyMetadata: made } = await aws.kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }));
    const KeyId = made?.Arn ?? "";
    aws.later(async () => await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })));
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ KeySpec, KeyUsage, KeyState: "Enabled", ...algorithms });
  });

  test("finds alias/aws/s3 without it having been created, managed by AWS", async () => {
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId: "alias/aws/s3" }));
    expect(KeyMetadata).toMatchObject({ KeyManager: "AWS", KeyState: "Enabled", KeySpec: "SYMMETRIC_DEFAULT" });
  });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
test("a KMS call by alias is authorized on the key, not on the alias", async () => {
  const KeyId = await aws.key();
  const AliasName = `alias/${aws.prefix}-authorized`;
  await aws.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
  const byKey = await aws.otherUser([{ Effect: "Allow", Action: "kms:DescribeKey", Resource: KeyId }]);
  const { KeyMetadata } = await byKey.kms.send(new DescribeKeyCommand({ KeyId: AliasName }));
  expect(KeyMetadata?.Arn).toBe(KeyId);
  const alias = KeyId.replace(/key\/.*/, AliasName);
  const byAlias = await aws.otherUser([{ Effect: "Allow", Action: "kms:DescribeKey", Resource: alias }]);
  const refused = byAlias.kms.send(new DescribeKeyCommand({ KeyId: AliasName }));
  await expect(refused).rejects.toMatchObject({ name: "AccessDeniedException" });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
describe("a grant", () => {
  const granted = async (Constraints?: GrantConstraints) => {
    const KeyId = await aws.key();
    const user = await aws.otherUser([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    const grant = { KeyId, GranteePrincipal: user.arn, Operations: ["GenerateDataKey" as const] };
    const { GrantId } = await aws.kms.send(new CreateGrantCommand({ ...grant, Constraints }));
    const revoke = async () => await aws.kms.send(new RevokeGrantCommand({ KeyId, GrantId }));
    const under = { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: KeyId };
    const generate = (EncryptionContext?: Record<string, string>) =>
      user.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec, EncryptionContext }));
    return { KeyId, user, under, generate, revoke };
  };
  const denied = { name: "AccessDeniedException" };

  test("lets its grantee use the key without any policy, until it is revoked, for its operations only", async () => {
    const { KeyId, user, under, generate, revoke } = await granted();
    await generate();
    const Bucket = await aws.bucket();
    const upload = () => user.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...under }));
    await upload();
    await expect(user.s3.send(new GetObjectCommand({ Bucket, Key: "a" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    const encrypt = user.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
    await expect(encrypt).rejects.toMatchObject(denied);
    const other = await aws.otherUser([]);
    await expect(other.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec }))).rejects.toMatchObject(denied);
    await revoke();
    await expect(generate()).rejects.toMatchObject(denied);
    await expect(upload()).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("is bound to the encryption context of its constraints", async () => {
    const subset = await granted({ EncryptionContextSubset: { team: "a" } });
    await subset.generate({ team: "a", stage: "prod" });
    await expect(subset.generate({ team: "b" })).rejects.toMatchObject(denied);
    await expect(subset.generate()).rejects.toMatchObject(denied);
    const equal = await granted({ EncryptionContextEquals: { team: "a" } });
    await equal.generate({ team: "a" });
    await expect(equal.generate({ team: "a", stage: "prod" })).rejects.toMatchObject(denied);
  });

  test("bound to one bucket's ARN serves uploads under its bucket key only", async () => {
    const Bucket = await aws.bucket();
    const { user, under } = await granted({ EncryptionContextSubset: { "aws:s3:arn": `arn:aws:s3:::${Bucket}` } });
    const upload = (BucketKeyEnabled: boolean) =>
      user.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...under, BucketKeyEnabled }));
    await upload(true);
    await expect(upload(false)).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("does not outweigh a Deny of the key's policy", async () => {
    const user = await aws.otherUser([]);
    const own = { Effect: "Allow", Principal: { AWS: aws.account }, Action: "kms:*", Resource: "*" };
    const deny = { Effect: "Deny", Principal: { AWS: user.arn }, Action: "kms:GenerateDataKey", Resource: "*" };
    const KeyId = await aws.key({ Version: "2012-10-17", Statement: [own, deny] });
    const grant = { KeyId, GranteePrincipal: user.arn, Operations: ["GenerateDataKey" as const] };
    await aws.kms.send(new CreateGrantCommand(grant));
    await expect(user.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec }))).rejects.toMatchObject(denied);
  });
});
