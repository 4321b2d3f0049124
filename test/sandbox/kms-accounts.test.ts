import { CreateKeyCommand, DescribeKeyCommand, GenerateDataKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { localAws } from "../support/local-aws/local-aws.ts";

const aws = localAws();
const [hub, member, stranger] = ["111111111111", "222222222222", "333333333333"];

// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
test("a key is usable from the accounts its policy names, and from no other", async () => {
  const statement = (account: string) => ({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  });
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement(hub), statement(member)] });
  const { KeyMetadata } = await aws.root(hub).kms.send(new CreateKeyCommand({ Policy }));
  const KeyId = KeyMetadata?.Arn ?? "";
  const seen = await aws.root(member).kms.send(new DescribeKeyCommand({ KeyId }));
  expect(seen.KeyMetadata).toMatchObject({ Arn: KeyId, AWSAccountId: hub });
  const dataKey = await aws.root(member).kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
  expect(dataKey.KeyId).toBe(KeyId);
  const refused = aws.root(stranger).kms.send(new DescribeKeyCommand({ KeyId }));
  await expect(refused).rejects.toMatchObject({ name: "AccessDeniedException" });
  // https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html: "Cross-account use: No"
  const policy = aws.root(member).kms.send(new GetKeyPolicyCommand({ KeyId }));
  await expect(policy).rejects.toMatchObject({ name: "AccessDeniedException" });
});
