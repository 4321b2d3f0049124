import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";

export interface UserKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Seeded {
  readonly keyArn: string;
  readonly users: { readonly dana: UserKeys; readonly alice: UserKeys; readonly ci: UserKeys };
}

interface Target {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: UserKeys;
}

/**
 * Creates a KMS key under `alias/s3-default`, somebody who may do everything, and two people who
 * may use S3 and KMS freely, and nothing else.
 */
export async function seed(target: Target): Promise<Seeded> {
  // A copy: the SDK writes into the credentials it is given.
  const kms = new KMSClient({ ...target, credentials: { ...target.credentials } });
  const iam = new IAMClient({ ...target, credentials: { ...target.credentials } });
  const { KeyMetadata: key } = await kms.send(
    new CreateKeyCommand({ Description: "What buckets are declared to use" }),
  );
  const keyArn = key?.Arn ?? "";
  await kms.send(new CreateAliasCommand({ AliasName: "alias/s3-default", TargetKeyId: keyArn }));
  const everything = await addPolicy(iam, "everything", "*");
  const some = await addPolicy(iam, "s3-and-kms", ["s3:*", "kms:*"]);
  const user = (name: string, policyArn: string) => addUser(iam, name, policyArn);
  const [dana, alice, ci] = [await user("dana", everything), await user("alice", some), await user("ci", some)];
  return { keyArn, users: { dana, alice, ci } };
}

// --- internal ---

async function addPolicy(iam: IAMClient, PolicyName: string, Action: string | readonly string[]): Promise<string> {
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] };
  const created = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: JSON.stringify(document) }));
  return created.Policy?.Arn ?? "";
}

async function addUser(iam: IAMClient, name: string, policyArn: string): Promise<UserKeys> {
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: policyArn }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { accessKeyId: key?.AccessKeyId ?? "", secretAccessKey: key?.SecretAccessKey ?? "" };
}
