import { gzipSync } from "node:zlib";
import { GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { holds } from "#aws/ledger/conditional";
import type { Table } from "#aws/table";
import {
  attributesOf,
  hash,
  POINTER,
  type PolicyPointer,
  PolicyTampered,
  type PolicyVersion,
  pointerOf,
  unzip,
  versionKey,
} from "./items.ts";

/**
 * DynamoDB's limit for one item, with room for the other attributes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const MAX_VERSION_BYTES = 390 * 1024;

/**
 * The pointer, read consistently; `null` before the first push.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 */
export async function readPointer({ dynamodb, table }: Table): Promise<PolicyPointer | null> {
  const get = new GetItemCommand({ TableName: table, Key: POINTER, ConsistentRead: true });
  const { Item: item } = await dynamodb.send(get);
  return item === undefined ? null : pointerOf(item);
}

/**
 * A version, after checking the hash of its document: against the pointer's where given, else
 * against its own.
 * @throws PolicyTampered if the version is missing or not what its hash says.
 */
export async function readVersion(
  { dynamodb, table }: Table,
  version: number,
  sha256?: string,
): Promise<PolicyVersion> {
  const get = new GetItemCommand({ TableName: table, Key: versionKey(version), ConsistentRead: true });
  const { Item: item } = await dynamodb.send(get);
  if (item === undefined) throw new PolicyTampered(`version ${version} is not in the table`);
  const document = unzip(item.document, version);
  const found = hash(document);
  if (found !== (sha256 ?? item.sha256?.S)) {
    throw new PolicyTampered(`version ${version} hashes to ${found}, not to ${sha256 ?? item.sha256?.S}`);
  }
  return { ...pointerOf(item), sha256: found, document, source: unzip(item.source, version) };
}

/**
 * The newest versions without their documents, newest first.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 */
export async function listVersions({ dynamodb, table }: Table, limit: number): Promise<PolicyPointer[]> {
  const query = new QueryCommand({
    TableName: table,
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :version)",
    ExpressionAttributeValues: { ":pk": { S: "POLICY" }, ":version": { S: "VERSION#" } },
    ExpressionAttributeNames: { "#rules": "rules", "#by": "by", "#at": "at" },
    ProjectionExpression: "version, sha256, #rules, #by, #at",
    ScanIndexForward: false,
    Limit: limit,
    ConsistentRead: true,
  });
  const { Items: items = [] } = await dynamodb.send(query);
  return items.map(pointerOf);
}

/**
 * Stores a new immutable version. Returns `null` if its number is taken: somebody pushed meanwhile.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @throws RangeError if the document is larger than one item can be.
 */
export async function putVersion(
  { dynamodb, table }: Table,
  version: Omit<PolicyVersion, "sha256">,
): Promise<PolicyPointer | null> {
  const document = gzipSync(version.document);
  const source = gzipSync(version.source);
  const size = document.length + source.length;
  if (size > MAX_VERSION_BYTES) {
    throw new RangeError(`the policy takes ${size} bytes compressed, more than the ${MAX_VERSION_BYTES} of one item`);
  }
  const pointer: PolicyPointer = {
    version: version.version,
    sha256: hash(version.document),
    rules: version.rules,
    by: version.by,
    at: version.at,
  };
  const put = new PutItemCommand({
    TableName: table,
    Item: {
      ...versionKey(version.version),
      ...attributesOf(pointer),
      document: { B: document },
      source: { B: source },
    },
    ConditionExpression: "attribute_not_exists(pk)",
  });
  if (await holds(() => dynamodb.send(put))) return pointer;
  const get = new GetItemCommand({ TableName: table, Key: versionKey(pointer.version), ConsistentRead: true });
  const { Item: item } = await dynamodb.send(get);
  return item !== undefined && isSame(pointerOf(item), pointer) ? pointer : null;
}

/**
 * Moves the pointer, if it is still what was read (`null`: there was none). Returns whether it
 * moved.
 */
export async function flipPointer(policies: Table, to: PolicyPointer, seen: PolicyPointer | null): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: policies.table,
    Item: { ...POINTER, ...attributesOf(to) },
    ...(seen === null
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : {
          ConditionExpression: "version = :version AND #at = :at",
          ExpressionAttributeNames: { "#at": "at" },
          ExpressionAttributeValues: { ":version": { N: String(seen.version) }, ":at": { S: seen.at } },
        }),
  });
  return (await holds(() => policies.dynamodb.send(put))) || isSame(await readPointer(policies), to);
}

// --- internal ---

/**
 * Whether our own write is there: the SDK retries one whose response was lost, and that retry
 * fails.
 */
function isSame(found: PolicyPointer | null, meant: PolicyPointer): boolean {
  return (
    found?.version === meant.version && found.sha256 === meant.sha256 && found.at === meant.at && found.by === meant.by
  );
}
