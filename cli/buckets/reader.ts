import { s3HazardReader } from "#aws/guard/bucket-facts";
import { describeKey } from "#aws/kms/describe-key";
import { keyAccessReader } from "#aws/kms/key-access";
import { s3BucketReader } from "#aws/s3/bucket-reader";
import type { Fact } from "#core/fact";
import type { GuardedReader } from "#core/guard/reader";
import type { KeyFacts } from "#core/key/key";
import type { BucketRef } from "#core/names";
import type { Deployment } from "#core/stage/deployment";
import type { Session } from "../stage/session.ts";

/** Maximum age of a key read as `fresh`: buckets judged at the same moment share one call. */
const FRESH_MS = 5_000;

/**
 * Reads buckets with the caller's own rights. Keys, pins and organizational units are looked up
 * once for all buckets.
 * @param deployment - where pins are kept; `null`: there are no pins
 */
export function openReader(session: Session, deployment: Deployment | null): GuardedReader {
  const keys = new Map<string, { readonly at: number; readonly fact: Promise<Fact<KeyFacts | null>> }>();
  const access = keyAccessReader((ref) => session.kms(ref.region));
  const policies = remember((arn: string, ref: BucketRef) => access.keyPolicy(ref, arn));
  const grants = remember((arn: string, ref: BucketRef) => access.keyGrants(ref, arn));
  const pin = remember((_scope: string, account: string, region: string, alias: string) =>
    lookUpPin(session, deployment, { account, region }, alias),
  );
  const ous = remember(async (account: string) => {
    const { listAncestors } = await import("#aws/organizations/ancestors");
    return listAncestors(await session.organizations(), account);
  });
  return {
    ...s3BucketReader((ref) => session.s3(ref.region)),
    ...s3HazardReader((ref) => session.s3(ref.region)),
    keyPolicy: (ref, arn) => policies(arn, ref),
    keyGrants: (ref, arn) => grants(arn, ref),
    ous: (ref) => ous(ref.account),
    key: (ref, arn, fresh) => {
      const name = `${ref.region} ${arn}`;
      const known = keys.get(name);
      if (known && (!fresh || Date.now() - known.at < FRESH_MS)) return known.fact;
      const fact = describeKey(session.kms(ref.region), arn);
      keys.set(name, { at: Date.now(), fact });
      return fact;
    },
    pin: (ref, alias) => pin(`${ref.account} ${ref.region} ${alias}`, ref.account, ref.region, alias),
  };
}

// --- internal ---

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
