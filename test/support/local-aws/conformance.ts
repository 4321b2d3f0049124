import { randomInt } from "node:crypto";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, type CreateBucketCommandInput } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, inject } from "vitest";
import { type LocalAws, startLocalAws } from "../../../sandbox/local-aws.ts";
import { type Clients, clients } from "./clients.ts";
import { eventually } from "./eventually.ts";
import { rootOf } from "./local-aws.ts";
import { arrived, CONTROL } from "./positive-control.ts";
import { removeBucket } from "./remove-bucket.ts";
import { PREFIX, TAG } from "./sweep.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of a local AWS that the run started, if it did. */
    endpoint: string;
  }
}

/**
 * An AWS for one conformance test file: a real account with BUCKETSEAL_TEST_AWS=1, else an account
 * of the local AWS.
 */
export interface Conformance extends Clients {
  /** Whether this is the real AWS: events and policies then take seconds to arrive. */
  readonly real: boolean;
  readonly region: string;
  readonly account: string;
  /** The local AWS's URL; undefined on AWS. */
  readonly endpoint: string | undefined;
  /** The prefix of every name this file makes. */
  readonly prefix: string;
  /** Creates a bucket that is emptied and deleted in the end; its name is the prefix and `name`. */
  bucket(name?: string, options?: Omit<CreateBucketCommandInput, "Bucket">): Promise<string>;
  /** Creates a KMS key, scheduled for deletion in the end; returns its ARN. */
  key(policy?: object): Promise<string>;
  /**
   * Creates an IAM user with these policy statements (default: all of S3 and KMS), and waits until
   * they have arrived: `arrived`.
   */
  otherUser(statements?: object[]): Promise<Clients & { arn: string; name: string }>;
  /** Runs in the end, last first. */
  later(cleanUp: () => Promise<unknown>): void;
}

/** Call it once at the top of a file; use the result only inside tests and hooks. */
export function conformance(): Conformance {
  const world: { clients?: Clients; account?: string; endpoint?: string; started?: LocalAws } = {};
  const cleanUps: (() => Promise<unknown>)[] = [];
  const real = process.env.BUCKETSEAL_TEST_AWS === "1";
  const prefix = `${PREFIX}${Date.now().toString(36)}${randomInt(36 ** 3).toString(36)}`;
  const region = "us-east-1";
  let count = 0;

  beforeAll(async () => {
    if (!real) {
      const given = process.env.BUCKETSEAL_ENDPOINT ?? inject("endpoint");
      if (given === undefined) world.started = await startLocalAws();
      world.endpoint = given ?? world.started?.endpoint ?? "";
    }
    const account = String(randomInt(10 ** 11, 10 ** 12));
    world.clients = clients({ endpoint: world.endpoint, region, credentials: real ? undefined : rootOf(account) });
    world.account = (await world.clients.sts.send(new GetCallerIdentityCommand({}))).Account ?? account;
  }, 180_000);

  afterAll(async () => {
    const failures: unknown[] = [];
    for (const cleanUp of cleanUps.reverse()) await cleanUp().catch((error: unknown) => failures.push(error));
    await world.started?.stop();
    if (failures.length > 0 && real) throw new AggregateError(failures, "Left something behind in the AWS account.");
  }, 180_000);

  const now = (): Clients => {
    if (world.clients === undefined) throw new Error("Conformance clients exist only inside tests and hooks.");
    return world.clients;
  };
  const handle = {
    real,
    region,
    prefix,
    later: (cleanUp: () => Promise<unknown>) => void cleanUps.push(cleanUp),
    bucket: async (name = `${count++}`, options: Omit<CreateBucketCommandInput, "Bucket"> = {}) => {
      const Bucket = `${prefix}-${name}`;
      await now().s3.send(new CreateBucketCommand({ Bucket, ...options }));
      cleanUps.push(async () => await removeBucket(now().s3, Bucket));
      return Bucket;
    },
    key: async (policy?: object) => {
      const Policy = policy === undefined ? {} : { Policy: JSON.stringify(policy) };
      const { KeyMetadata } = await now().kms.send(
        new CreateKeyCommand({ Description: prefix, Tags: [{ TagKey: TAG, TagValue: prefix }], ...Policy }),
      );
      const KeyId = KeyMetadata?.Arn ?? "";
      cleanUps.push(
        async () => await now().kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })),
      );
      return KeyId;
    },
    otherUser: async (statements: object[] = [{ Effect: "Allow", Action: ["s3:*", "kms:*"], Resource: "*" }]) => {
      const UserName = `${prefix}-user-${count++}`;
      const { iam } = now();
      const { User } = await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: TAG, Value: prefix }] }));
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [...statements, CONTROL] });
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "conformance", PolicyDocument }));
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      const AccessKeyId = AccessKey?.AccessKeyId ?? "";
      cleanUps.push(async () => {
        await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
        await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "conformance" }));
        await iam.send(new DeleteUserCommand({ UserName }));
      });
      const credentials = { accessKeyId: AccessKeyId, secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
      const user = clients({ endpoint: world.endpoint, region, credentials });
      await eventually("the new access key", async () => {
        const answer = await user.sts.send(new GetCallerIdentityCommand({})).catch(() => undefined);
        return answer?.Arn;
      });
      await arrived(user);
      return { ...user, arn: User?.Arn ?? "", name: UserName };
    },
  };
  return new Proxy(handle as Conformance, {
    get: (target, name) => {
      if (name === "account") return world.account ?? "";
      if (name === "endpoint") return world.endpoint;
      if (name in target) return Reflect.get(target, name);
      return Reflect.get(now(), name);
    },
  });
}
