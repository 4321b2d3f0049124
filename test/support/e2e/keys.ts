import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DescribeKeyCommand,
} from "@aws-sdk/client-kms";
import type { Clients } from "../local-aws/clients.ts";
import type { Story } from "./story.ts";

/** The ARN of the key behind an alias; a missing alias is created with a new key. */
export async function keyOf(as: Clients, alias: string, options: CreateKeyCommandInput = {}): Promise<string> {
  const KeyId = `alias/${alias}`;
  const found = await as.kms.send(new DescribeKeyCommand({ KeyId })).catch(() => undefined);
  if (found?.KeyMetadata?.Arn !== undefined) return found.KeyMetadata.Arn;
  const key = await newKey(as, options);
  await as.kms.send(new CreateAliasCommand({ AliasName: KeyId, TargetKeyId: key }));
  return key;
}

/** Creates a key; returns its ARN. */
export async function newKey(as: Clients, options: CreateKeyCommandInput = {}): Promise<string> {
  const { KeyMetadata: key } = await as.kms.send(new CreateKeyCommand(options));
  return key?.Arn ?? "";
}

/**
 * Clients of another account, and the policy of a key of that account that the sandbox's account
 * may use.
 */
export function otherAccount(e2e: Story): { readonly root: Clients; readonly Policy: string } {
  const account = "222233334444";
  const statement = (of: string) => ({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${of}:root` },
    Action: "kms:*",
    Resource: "*",
  });
  const Statement = [statement(account), statement(e2e.sandbox.account)];
  return {
    root: e2e.as({ accessKeyId: account, secretAccessKey: "test" }),
    Policy: JSON.stringify({ Version: "2012-10-17", Statement }),
  };
}
