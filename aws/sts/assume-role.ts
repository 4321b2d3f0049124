/** sts/: who is calling, and the roles of a stage. Only people call it, with their own rights. */

import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";

/** What a client signs its calls with. */
interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they end. */
  readonly expiration?: Date;
}

export interface AssumeOptions {
  /** What the role's trust policy demands of whoever acts for somebody else. */
  readonly externalId?: string | undefined;
}

/**
 * Credentials of a role for 15 minutes, STS's minimum; `null` where STS returned none. The session
 * carries `sessionName` into every trail.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @throws the SDK's error where the caller may not assume the role.
 */
export async function assumeRole(
  sts: STSClient,
  roleArn: string,
  sessionName: string,
  { externalId }: AssumeOptions = {},
): Promise<RoleCredentials | null> {
  const assume = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: 900,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  });
  const { Credentials: given } = await sts.send(assume);
  if (!given?.AccessKeyId || !given.SecretAccessKey) return null;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = given;
  return {
    accessKeyId,
    secretAccessKey,
    ...(given.SessionToken ? { sessionToken: given.SessionToken } : {}),
    ...(given.Expiration ? { expiration: given.Expiration } : {}),
  };
}
