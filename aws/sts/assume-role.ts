/** sts/: who is calling, and the roles that people and a hub's functions assume. */

import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import { orRetryable } from "#aws/error";

/** What a client signs its calls with. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they end. */
  readonly expiration?: Date;
}

export interface AssumeOptions {
  /** What the role's trust policy demands of whoever acts for somebody else. */
  readonly externalId?: string | undefined;
  /** The session's tags: the role must allow `sts:TagSession` too. */
  readonly tags?: Readonly<Record<string, string>>;
  /** How long the session lasts: 15 minutes by default, STS's minimum. */
  readonly seconds?: number;
}

/**
 * Credentials of a role; `null` where STS returned none. The session carries `sessionName` into
 * every trail.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise, as where the
 *   caller may not assume the role.
 */
export async function assumeRole(
  sts: STSClient,
  roleArn: string,
  sessionName: string,
  { externalId, tags, seconds = 900 }: AssumeOptions = {},
): Promise<RoleCredentials | null> {
  const assume = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: seconds,
    ...(tags === undefined ? {} : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  });
  const { Credentials: given } = await orRetryable("AssumeRole", () => sts.send(assume));
  if (!given?.AccessKeyId || !given.SecretAccessKey) return null;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = given;
  return {
    accessKeyId,
    secretAccessKey,
    ...(given.SessionToken ? { sessionToken: given.SessionToken } : {}),
    ...(given.Expiration ? { expiration: given.Expiration } : {}),
  };
}
