import { describeKey } from "#aws/kms/describe-key";
import { readPin, writePin } from "#aws/ledger/pins";
import { Cache, cachedFact } from "#aws/once/cache";
import type { Table } from "#aws/table";
import type { BucketReader } from "#core/decide/reader";
import type { Fact } from "#core/fact";
import { parseKmsArn } from "#core/key/arn";
import type { KeyFacts } from "#core/key/key";
import type { BucketRef } from "#core/names";
import type { KeyClients } from "./key-clients.ts";

/** Milliseconds for which a key's resolution is cached. */
const KEY_AGE = 5 * 60_000;
/**
 * Milliseconds for which a value is fresh enough for a guard: the same look read it. Pins are
 * cached no longer than that, or a function would keep holding what a person has just accepted.
 */
const FRESH = 1_000;

interface Alias {
  readonly key: Fact<KeyFacts | null>;
  readonly pin: Fact<string | null>;
}

/**
 * Reads keys and the pins of their aliases; the first look at an alias records its pin. Keys are
 * cached for a limited time.
 */
export function keyReader(
  clients: KeyClients,
  ledger: Table,
  self: string,
  now: () => number,
): Pick<BucketReader, "key" | "pin"> {
  const keys = new Cache<Fact<KeyFacts | null>>(KEY_AGE, now);
  const pins = new Cache<Fact<string | null>>(FRESH, now);

  const keyOf = async (ref: BucketRef, arn: string, age: number) => {
    const { kms, account } = await clients(ref, arn);
    return cachedFact(keys, `${account} ${arn}`, () => describeKey(kms, arn), age);
  };
  const recorded = async (ref: BucketRef, alias: string): Promise<Fact<string | null>> => {
    const pin = await readPin(ledger, ref, alias);
    return pin.known ? { known: true, value: pin.value?.keyArn ?? null } : pin;
  };
  const aliasOf = async (ref: BucketRef, alias: string, keyAge: number): Promise<Alias> => {
    const pinOf = cachedFact(pins, `${ref.account} ${ref.region} ${alias}`, () => recorded(ref, alias), FRESH);
    const [key, pin] = await Promise.all([keyOf(ref, alias, keyAge), pinOf]);
    return { key, pin };
  };

  /** The key and the pin, read again if they disagree: the cached key may be older than the pin. */
  const agreed = async (ref: BucketRef, alias: string): Promise<Alias> => {
    const cached = await aliasOf(ref, alias, KEY_AGE);
    return disagree(cached) ? aliasOf(ref, alias, FRESH) : cached;
  };
  const firstPin = async (ref: BucketRef, alias: string, { arn }: KeyFacts): Promise<Fact<string | null>> => {
    const pin = { keyArn: arn, by: self, at: new Date(now()).toISOString() };
    const isFirst = await writePin(ledger, ref, alias, pin, null);
    return isFirst ? { known: true, value: arn } : recorded(ref, alias);
  };

  return {
    key: async (ref, arn, fresh) => {
      if (fresh) return keyOf(ref, arn, FRESH);
      return parseKmsArn(arn)?.kind === "alias" ? (await agreed(ref, arn)).key : keyOf(ref, arn, KEY_AGE);
    },
    pin: async (ref, alias) => {
      const { key, pin } = await agreed(ref, alias);
      const isFirst = pin.known && pin.value === null && key.known && key.value !== null;
      return isFirst ? firstPin(ref, alias, key.value) : pin;
    },
  };
}

// --- internal ---

function disagree({ key, pin }: Alias): boolean {
  return key.known && key.value !== null && pin.known && pin.value !== null && key.value.arn !== pin.value;
}
