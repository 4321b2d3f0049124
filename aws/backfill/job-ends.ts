import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { holds } from "#aws/ledger/conditional";
import { expiresIn } from "#aws/ledger/item-keys";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import type { JobEnd } from "#core/jobs/job-end";
import type { BucketRef } from "#core/names";
import { BACKFILL_SECONDS, jobKey } from "./items.ts";

/**
 * What is remembered of a job's end; `null`: it was not told.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readJobEnd({ dynamodb, table }: Table, ref: BucketRef, id: string): Promise<JobEnd | null> {
  const get = new GetItemCommand({ TableName: table, Key: jobKey(ref, id), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.job?.S === undefined ? null : (JSON.parse(item.job.S) as JobEnd);
}

/**
 * Remembers a job's end, once: numbers for who queries the table, and all of it as it was told.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function keepJobEnd({ dynamodb, table }: Table, job: JobEnd): Promise<void> {
  const { id, ref, state, ended, updated, failed, failures } = job;
  const put = new PutItemCommand({
    TableName: table,
    Item: {
      ...jobKey(ref, id),
      state: { S: state },
      updated: { N: String(updated) },
      failed: { N: String(failed) },
      ...(failures === null ? {} : { held: { N: String(failures.locked) } }),
      job: { S: JSON.stringify(job) },
      expires: expiresIn(BACKFILL_SECONDS, Date.parse(ended)),
    },
    ConditionExpression: "attribute_not_exists(pk)",
  });
  await holds(() => retryably(() => dynamodb.send(put)));
}
