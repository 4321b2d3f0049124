import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListAliasesCommand } from "@aws-sdk/client-kms";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import type { Clients } from "./clients.ts";
import { eventually } from "./eventually.ts";

/** Rights to list, which no test refuses: they arrive with the rest of the policy they stand in. */
export const CONTROL = {
  Sid: "PositiveControl",
  Effect: "Allow",
  Action: ["s3:ListAllMyBuckets", "kms:ListAliases", "sqs:ListQueues", "sns:ListTopics", "dynamodb:ListTables"],
  Resource: "*",
};

/**
 * Waits until these rights hold at every service: policies take seconds to spread, and until then a
 * refusal proves nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export async function arrived({ s3, kms, sqs, sns, dynamodb }: Clients): Promise<void> {
  await eventually(
    "a policy at every service",
    async () =>
      await Promise.all([
        s3.send(new ListBucketsCommand({ MaxBuckets: 1 })),
        kms.send(new ListAliasesCommand({ Limit: 1 })),
        sqs.send(new ListQueuesCommand({ MaxResults: 1 })),
        sns.send(new ListTopicsCommand({})),
        dynamodb.send(new ListTablesCommand({ Limit: 1 })),
      ]).catch(() => undefined),
    90_000,
  );
}
