import { DescribeKeyCommand, DisableKeyCommand, GenerateDataKeyCommand } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { conformance } from "../support/conformance.ts";

const aws = conformance();

// https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
test("a disabled key generates no data key: DisabledException", async () => {
  const KeyId = await aws.key();
  await aws.kms.send(new DisableKeyCommand({ KeyId }));
  const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
  expect(KeyMetadata?.KeyState).toBe("Disabled");
  const generate = aws.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
  await expect(generate).rejects.toMatchObject({ name: "DisabledException", message: `${KeyId} is disabled.` });
});
