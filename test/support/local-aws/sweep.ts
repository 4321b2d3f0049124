import { DeleteTableCommand, paginateListTables } from "@aws-sdk/client-dynamodb";
import {
  DeleteRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  ListAccessKeysCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  paginateListRoles,
  paginateListUsers,
} from "@aws-sdk/client-iam";
import {
  DeleteAliasCommand,
  DescribeKeyCommand,
  paginateListAliases,
  paginateListKeys,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  ListEventSourceMappingsCommand,
  paginateListFunctions,
} from "@aws-sdk/client-lambda";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { DeleteAccessPointCommand, ListAccessPointsCommand } from "@aws-sdk/client-s3-control";
import { DeleteTopicCommand, paginateListTopics } from "@aws-sdk/client-sns";
import { DeleteQueueCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import type { Clients } from "./clients.ts";
import { removeBucket } from "./remove-bucket.ts";

/** Every name that a conformance test gives begins with this and the time, in base 36. */
export const PREFIX = "bucketseal-conformance-";

/** The tag of what bears no name, and of who has rights. */
export const TAG = "bucketseal:conformance";

/** Of which time, in milliseconds, what is removed is. */
export interface Period {
  readonly from: number;
  readonly before: number;
}

/**
 * Removes what conformance tests that died have left in an account: everything with their prefix
 * from a period. KMS keys are scheduled for deletion. Returns the names, what could not be removed
 * with the reason.
 */
export async function sweep(aws: Clients, account: string, { from, before }: Period): Promise<string[]> {
  const swept: string[] = [];
  const remove = async (what: string, name: string | undefined, work: (name: string) => Promise<unknown>) => {
    const at = (name ?? "").indexOf(PREFIX);
    const made = at < 0 ? Number.NaN : madeAt((name ?? "").slice(at));
    if (name === undefined || !(made >= from && made < before)) return;
    await work(name).then(
      () => swept.push(`${what} ${name}`),
      (error: unknown) => swept.push(`${what} ${name}: not removed, ${error instanceof Error ? error.message : error}`),
    );
  };
  for (const [what, work] of Object.entries({
    "functions and mappings": () => functions(aws, remove),
    "rules, queues and topics": () => messages(aws, remove),
    tables: () => tables(aws, remove),
    "access points and buckets": () => buckets(aws, account, remove),
    "users and roles": () => people(aws, remove),
    "aliases and keys": () => keys(aws, remove),
  })) {
    await work().catch((error: unknown) =>
      swept.push(`${what}: not all seen, ${error instanceof Error ? error.message : error}`),
    );
  }
  return swept;
}

// --- internal ---

type Remove = (what: string, name: string | undefined, work: (name: string) => Promise<unknown>) => Promise<void>;

function madeAt(name: string): number {
  return Number.parseInt(name.slice(PREFIX.length, PREFIX.length + Date.now().toString(36).length), 36);
}

async function functions({ lambda }: Clients, remove: Remove): Promise<void> {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand());
  for (const { UUID, FunctionArn } of EventSourceMappings) {
    await remove("mapping of", FunctionArn, () => lambda.send(new DeleteEventSourceMappingCommand({ UUID })));
  }
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName } of Functions) {
      await remove("function", FunctionName, () => lambda.send(new DeleteFunctionCommand({ FunctionName })));
    }
  }
}

async function messages({ events, sqs, sns }: Clients, remove: Remove): Promise<void> {
  const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix: PREFIX }));
  for (const { Name } of Rules) {
    await remove("rule", Name, async (Rule) => {
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
      const Ids = Targets.flatMap(({ Id }) => Id ?? []);
      if (Ids.length > 0) await events.send(new RemoveTargetsCommand({ Rule, Ids }));
      await events.send(new DeleteRuleCommand({ Name: Rule }));
    });
  }
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: PREFIX }));
  for (const url of QueueUrls) {
    await remove("queue", url, (QueueUrl) => sqs.send(new DeleteQueueCommand({ QueueUrl })));
  }
  for await (const { Topics = [] } of paginateListTopics({ client: sns }, {})) {
    for (const { TopicArn } of Topics) {
      await remove("topic", TopicArn, () => sns.send(new DeleteTopicCommand({ TopicArn })));
    }
  }
}

async function tables({ dynamodb }: Clients, remove: Remove): Promise<void> {
  for await (const { TableNames = [] } of paginateListTables({ client: dynamodb }, {})) {
    for (const name of TableNames) {
      await remove("table", name, (TableName) => dynamodb.send(new DeleteTableCommand({ TableName })));
    }
  }
}

async function buckets({ s3, s3control }: Clients, AccountId: string, remove: Remove): Promise<void> {
  const { AccessPointList = [] } = await s3control.send(new ListAccessPointsCommand({ AccountId }));
  for (const { Name, Bucket } of AccessPointList) {
    const point = new DeleteAccessPointCommand({ AccountId, Name });
    await remove("access point of", Bucket, () => s3control.send(point));
  }
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name } of Buckets) await remove("bucket", Name, (bucket) => removeBucket(s3, bucket));
}

async function people({ iam }: Clients, remove: Remove): Promise<void> {
  for await (const { Users = [] } of paginateListUsers({ client: iam }, {})) {
    for (const { UserName } of Users) {
      await remove("user", UserName, async () => {
        const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
        for (const { AccessKeyId } of AccessKeyMetadata) {
          await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
        }
        const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
        for (const PolicyName of PolicyNames) await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
        await iam.send(new DeleteUserCommand({ UserName }));
      });
    }
  }
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    for (const { RoleName } of Roles) {
      await remove("role", RoleName, async () => {
        const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
        for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
        await iam.send(new DeleteRoleCommand({ RoleName }));
      });
    }
  }
}

/** A key has no name: its description is the prefix of the test that made it. */
async function keys({ kms }: Clients, remove: Remove): Promise<void> {
  for await (const { Aliases = [] } of paginateListAliases({ client: kms }, {})) {
    for (const { AliasName } of Aliases) {
      await remove("alias", AliasName, () => kms.send(new DeleteAliasCommand({ AliasName })));
    }
  }
  for await (const { Keys = [] } of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId } of Keys) {
      const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId }));
      if (key?.KeyState === "PendingDeletion") continue;
      const deletion = new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 });
      await remove("key", key?.Description, () => kms.send(deletion));
    }
  }
}
