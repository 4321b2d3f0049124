import type { DynamoDBRecord } from "aws-lambda";
import type { StreamChange } from "./policy-change.ts";

/** Reads a record of a DynamoDB stream. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
export function streamChange(record: DynamoDBRecord): StreamChange {
  const { Keys: keys, OldImage: before, NewImage: after } = record.dynamodb ?? {};
  return {
    key: { pk: keys?.pk?.S ?? "", sk: keys?.sk?.S ?? "" },
    before: (before as StreamChange["before"]) ?? null,
    after: (after as StreamChange["after"]) ?? null,
  };
}
