import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import { getBucketEncryption } from "#aws/bucket-encryption";
import { getBucketTags } from "#aws/bucket-tags";
import { describeKey } from "#aws/kms-key";
import { readPin, writePin } from "#aws/pins";
import type { BucketReader } from "#core/ports";
import type { BucketRef, Fact, KeyFacts } from "#core/types";
import { Cache } from "./cache.ts";
import { clientSettings } from "./client-settings.ts";

/** Milliseconds for which a key's resolution, a pin and an account's place in the organization are remembered. */
const KEY_AGE = 5 * 60_000;
const PIN_AGE = 10_000;
const OU_AGE = 5 * 60_000;
/** What was asked for this look already is fresh enough for its guard. */
const FRESH = 1_000;

export interface ReaderClients {
  readonly s3: S3Client;
  readonly kms: KMSClient;
  readonly dynamodb: DynamoDBClient;
}

/** Reads buckets of the function's own account and Region; keys, pins and OUs are remembered between looks for a limited time. */
export function bucketReader(
  clients: ReaderClients,
  ledgerTable: string,
  self: string,
  now: () => number,
): BucketReader {
  const keys = new Cache<Fact<KeyFacts | null>>(KEY_AGE, now);
  const pins = new Cache<Fact<string | null>>(PIN_AGE, now);
  const ous = new Cache<Fact<readonly string[]>>(OU_AGE, now);
  let loaded: ReturnType<typeof organization> | null = null;
  const ancestors = async (account: string) => {
    loaded ??= organization();
    return (await loaded)(account);
  };

  const key = (_ref: BucketRef, arn: string, fresh: boolean) =>
    known(keys, arn, () => describeKey(clients.kms, arn), fresh ? FRESH : KEY_AGE);

  const firstPin = async (ref: BucketRef, alias: string): Promise<Fact<string | null>> => {
    const found = await readPin(clients.dynamodb, ledgerTable, ref, alias);
    if (!found.known) return found;
    if (found.value !== null) return { known: true, value: found.value.keyArn };
    const resolved = await key(ref, alias, false);
    if (!resolved.known || resolved.value === null) return { known: true, value: null };
    const pin = { keyArn: resolved.value.arn, by: self, at: new Date(now()).toISOString() };
    if (await writePin(clients.dynamodb, ledgerTable, ref, alias, pin, null)) return { known: true, value: pin.keyArn };
    return firstPin(ref, alias);
  };

  return {
    encryption: (ref) => getBucketEncryption(clients.s3, ref),
    tags: (ref) => getBucketTags(clients.s3, ref),
    ous: (ref) => known(ous, ref.account, () => ancestors(ref.account), OU_AGE),
    key,
    pin: (ref, alias) => known(pins, alias, () => firstPin(ref, alias), PIN_AGE),
  };
}

// --- internal ---

/** Few policies match on organizational units: the client is loaded by those that do. */
async function organization(): Promise<(account: string) => Promise<Fact<readonly string[]>>> {
  const [{ OrganizationsClient }, { listAncestors }] = await Promise.all([
    import("@aws-sdk/client-organizations"),
    import("#aws/account-ous"),
  ]);
  const client = new OrganizationsClient(clientSettings);
  return (account) => listAncestors(client, account);
}

/** Only what could be read is remembered. */
async function known<T>(
  cache: Cache<Fact<T>>,
  name: string,
  ask: () => Promise<Fact<T>>,
  age: number,
): Promise<Fact<T>> {
  let answer: Promise<Fact<T>> | null = null;
  const asked = cache.get(name, () => (answer = ask()), age);
  const fact = await asked;
  if (!fact.known && answer !== null) cache.forget(name, answer);
  return fact;
}
