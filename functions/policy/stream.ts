import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";

/** Reads a record of a DynamoDB stream. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
export function streamChange(record: DynamoDBRecord): StreamChange {
  const { Keys: keys, OldImage: before, NewImage: after } = record.dynamodb ?? {};
  return {
    key: { pk: keys?.pk?.S ?? "", sk: keys?.sk?.S ?? "" },
    before: (before as StreamChange["before"]) ?? null,
    after: (after as StreamChange["after"]) ?? null,
  };
}

type Image = Readonly<Record<string, Pick<AttributeValue.SMember, "S"> | Pick<AttributeValue.NMember, "N">>>;

/** One change of the table, as far as it matters here. */
export interface StreamChange {
  readonly key: { readonly pk: string; readonly sk: string };
  readonly before: Image | null;
  readonly after: Image | null;
}

// --- internal ---

export function number(image: Image, name: string): number | null {
  const value = image[name];
  return value !== undefined && "N" in value && value.N !== undefined ? Number(value.N) : null;
}

export function string(image: Image, name: string): string {
  const value = image[name];
  return value !== undefined && "S" in value ? (value.S ?? "") : "";
}
