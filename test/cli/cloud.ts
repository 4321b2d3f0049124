import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, GetBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { beforeAll } from "vitest";
import type { Clients, Credentials } from "../support/local-aws/clients.ts";
import { type LoggedCall, localAws } from "../support/local-aws/local-aws.ts";
import { type CliRun, type RunOptions, runCli } from "./run-cli.ts";

/** The account that the tests of the CLI use. */
export const account = "111122223333";

export interface Cloud {
  readonly endpoint: string;
  /** The root user's clients in a Region (default us-east-1). */
  root(region?: string, of?: string): Clients;
  /**
   * Runs the CLI against the local AWS, as the user dana, who may do everything, or with these
   * credentials.
   */
  run(args: readonly string[], options?: RunOptions & { readonly as?: Credentials }): Promise<CliRun>;
  /** The calls that an action makes. */
  callsOf(action: () => Promise<unknown>): Promise<LoggedCall[]>;
  /** Creates a bucket; returns its name. */
  bucket(name: string, region?: string): Promise<string>;
  /** Creates a key with an alias; returns the key's ARN. */
  key(alias: string, region?: string): Promise<string>;
  /** Algorithm, key and bucket key of a bucket as S3 has them now. */
  encryptionOf(
    bucket: string,
    region?: string,
  ): Promise<{ algorithm: string; key: string | undefined; bucketKey: boolean }>;
  /** Creates an IAM user with these policy statements; returns its credentials. */
  user(name: string, statements: readonly object[]): Promise<Credentials>;
}

/** A local AWS for one test file of the CLI; use it only inside tests and hooks. */
export function cloud(): Cloud {
  const aws = localAws();
  const root: Cloud["root"] = (region = "us-east-1", of = account) => aws.root(of, region);
  const user: Cloud["user"] = async (UserName, statements) => {
    const { iam } = root();
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "test", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  };
  let dana: Credentials;
  beforeAll(async () => {
    dana = await user("dana", [{ Effect: "Allow", Action: "*", Resource: "*" }]);
  });
  return {
    get endpoint() {
      return aws.endpoint;
    },
    root,
    run: (args, { as = dana, env = {}, ...rest } = {}) =>
      runCli(args, { ...rest, env: { ...environment(aws.endpoint, as), ...env } }),
    callsOf: async (action) => {
      const before = (await aws.calls()).length;
      await action();
      return (await aws.calls()).slice(before);
    },
    bucket: async (Bucket, region = "us-east-1") => {
      const where =
        region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } };
      await root(region).s3.send(new CreateBucketCommand({ Bucket, ...where }));
      return Bucket;
    },
    key: async (alias, region) => {
      const { kms } = root(region);
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      await kms.send(new CreateAliasCommand({ AliasName: `alias/${alias}`, TargetKeyId: KeyMetadata?.KeyId ?? "" }));
      return KeyMetadata?.Arn ?? "";
    },
    encryptionOf: async (Bucket, region) => {
      const answer = await root(region).s3.send(new GetBucketEncryptionCommand({ Bucket }));
      const rule = answer.ServerSideEncryptionConfiguration?.Rules?.[0];
      const { SSEAlgorithm: algorithm = "", KMSMasterKeyID: key } = rule?.ApplyServerSideEncryptionByDefault ?? {};
      return { algorithm, key, bucketKey: rule?.BucketKeyEnabled ?? false };
    },
    user,
  };
}

// --- internal ---

function environment(endpoint: string, { accessKeyId, secretAccessKey }: Credentials): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}
