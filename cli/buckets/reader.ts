import { s3HazardReader } from "#aws/guard/bucket-facts";
import { describeKey } from "#aws/kms/describe-key";
import { keyAccessReader } from "#aws/kms/key-access";
import { s3BucketReader } from "#aws/s3/bucket-reader";
import type { Fact } from "#core/fact";
import type { GuardedReader } from "#core/guard/reader";
import { unseenKey } from "#core/guard/unseen-key";
import { keyOwner } from "#core/key/arn";
import type { KeyFacts } from "#core/key/key";
import type { BucketRef } from "#core/names";
import type { Deployment } from "#core/stage/deployment";
import type { Session } from "../session/session.ts";

/** Maximum age of a key read as `fresh`: buckets judged at the same moment share one call. */
const FRESH_MS = 5_000;

/** What a reader of one account of several asks beyond that account. */
export interface Beyond {
  /** The caller's own session: it asks Organizations, and the stage for pins. */
  readonly home: Session;
  /** The reader of another account, for its keys; `null`: that account is not entered. */
  readerOf(account: string): Promise<GuardedReader | null>;
}

/**
 * Reads buckets with the session's rights. Keys, pins, and the units and tags of accounts are
 * looked up once for all buckets.
 * @param deployment - where pins are kept; `null`: there are no pins
 */
export function openReader(
  session: Session,
  deployment: Deployment | null,
  { home, readerOf }: Beyond = { home: session, readerOf: async () => null },
): GuardedReader {
  const keys = new Map<string, { readonly at: number; readonly fact: Promise<Fact<KeyFacts | null>> }>();
  const access = keyAccessReader((ref) => session.kms(ref.region));
  const hazards = s3HazardReader((ref) => session.s3(ref.region));
  const block = remember((_account: string, ref: BucketRef) => hazards.accountBlock(ref));
  const policy = remember((arn: string, ref: BucketRef) => access.keyPolicy(ref, arn));
  const grant = remember((arn: string, ref: BucketRef) => access.keyGrants(ref, arn));
  const pin = remember((_scope: string, account: string, region: string, alias: string) =>
    lookUpPin(home, deployment, { account, region }, alias),
  );
  const ous = remember(async (account: string) => {
    const { listAncestors } = await import("#aws/organizations/ancestors");
    return listAncestors(await home.organizations(), account);
  });
  const accountTags = remember(async (account: string) => {
    const { listAccountTags } = await import("#aws/organizations/account-tags");
    return listAccountTags(await home.organizations(), account);
  });
  const key: GuardedReader["key"] = (ref, arn, fresh) => {
    const name = `${ref.region} ${arn}`;
    const known = keys.get(name);
    if (known && (!fresh || Date.now() - known.at < FRESH_MS)) return known.fact;
    const fact = describeKey(session.kms(ref.region), arn);
    keys.set(name, { at: Date.now(), fact });
    return fact;
  };
  const own: KeyReader = {
    key,
    keyPolicy: async (ref, arn) => (isOwnKey(ref, arn) ? policy(arn, ref) : unseenKey),
    keyGrants: async (ref, arn) => (isOwnKey(ref, arn) ? grant(arn, ref) : unseenKey),
  };
  /** The reader of the key's account, and a place of that account in which it looks. */
  const owner = async (ref: BucketRef, arn: string): Promise<[KeyReader, BucketRef]> => {
    const account = keyOwner(ref, arn);
    const theirs = account === ref.account ? null : await readerOf(account);
    return theirs === null ? [own, ref] : [theirs, { ...ref, account }];
  };
  return {
    ...s3BucketReader((ref) => session.s3(ref.region)),
    ...hazards,
    accountBlock: (ref) => block(ref.account, ref),
    keyPolicy: async (ref, arn) => {
      const [reader, at] = await owner(ref, arn);
      return reader.keyPolicy(at, arn);
    },
    keyGrants: async (ref, arn) => {
      const [reader, at] = await owner(ref, arn);
      return reader.keyGrants(at, arn);
    },
    sseCWrites: (ref) => lookUpSseC(home, deployment, ref),
    ous: (ref) => ous(ref.account),
    accountTags: (ref) => accountTags(ref.account),
    key: async (ref, arn, fresh) => {
      const [reader, at] = await owner(ref, arn);
      return reader.key(at, arn, fresh);
    },
    pin: (ref, alias) => pin(`${ref.account} ${ref.region} ${alias}`, ref.account, ref.region, alias),
  };
}

// --- internal ---

function isOwnKey(ref: BucketRef, arn: string): boolean {
  return keyOwner(ref, arn) === ref.account;
}

type KeyReader = Pick<GuardedReader, "key" | "keyPolicy" | "keyGrants">;

async function lookUpPin(
  session: Session,
  deployment: Deployment | null,
  scope: { readonly account: string; readonly region: string },
  alias: string,
): Promise<Fact<string | null>> {
  if (deployment === null) return { known: true, value: null };
  const { readPin } = await import("#aws/ledger/pins");
  const pin = await readPin({ dynamodb: await session.dynamodb(), table: deployment.ledgerTable }, scope, alias);
  return pin.known ? { known: true, value: pin.value?.keyArn ?? null } : pin;
}

/** Only a deployment sees uploads: without one nothing was seen. */
async function lookUpSseC(
  session: Session,
  deployment: Deployment | null,
  ref: BucketRef,
): Promise<Fact<string | null>> {
  if (deployment === null) return { known: true, value: null };
  const { readSseCWrite } = await import("#aws/ledger/sse-c-writes");
  return readSseCWrite({ dynamodb: await session.dynamodb(), table: deployment.ledgerTable }, ref, Date.now());
}

/** Caches results by the first argument. */
function remember<A extends readonly [string, ...unknown[]], T>(
  look: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (...args) => {
    const known = answers.get(args[0]);
    if (known) return known;
    const answer = look(...args);
    answers.set(args[0], answer);
    return answer;
  };
}
