import { messageOf, RetryableError } from "#aws/error";
import { type PolicyPointer, PolicyTampered } from "#aws/policy/items";
import { readPointer, readVersion } from "#aws/policy/table";
import type { Table } from "#aws/table";
import { type CompiledPolicy, compilePolicy } from "#core/match/compile";
import type { PolicyInForce } from "#core/match/in-force";
import type { Policy } from "#core/policy/policy";
import { logger } from "../runtime/telemetry.ts";

/** Milliseconds for which the pointer is cached, whatever the answer was. */
const POINTER_AGE = 10_000;
/**
 * The same while there is no policy: shorter, so that writes right after the first push are not
 * missed.
 */
const NO_POINTER_AGE = 1_000;
/** Milliseconds for which a policy that cannot be read any more is used from memory. */
const MEMORY_AGE = 5 * 60_000;

/**
 * The desired state as this instance knows it. The pointer is read at most every ten seconds (every
 * second before the first push), a version once. An unreadable table is tolerated for five minutes,
 * a hash mismatch not at all; after that nothing is written. `refused` is called for every version
 * that was changed behind the pointer.
 * @throws RetryableError while there is no policy at all.
 */
export function policySource(
  policies: Table,
  now: () => number,
  refused: (why: string) => Promise<void>,
): () => Promise<PolicyInForce> {
  let known: Known | null = null;
  let trouble: Trouble | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;

  /** An alert that cannot be sent must not keep buckets from being looked at. */
  const tell = (why: string): Promise<boolean> =>
    refused(why).then(
      () => true,
      (error: unknown) => {
        logger.error("a refused policy could not be reported", { cause: messageOf(error) });
        return false;
      },
    );

  const ask = async (): Promise<void> => {
    try {
      const pointer = await readPointer(policies);
      if (known === null || !same(known.pointer, pointer)) {
        known = { compiled: await load(policies, pointer, known?.pointer ?? null), pointer };
      }
      trouble = null;
      confirmedAt = now();
    } catch (error) {
      const tampered = error instanceof PolicyTampered;
      const isTold = !tampered || (await tell(error.message));
      if (known === null) throw new RetryableError(`no policy is available: ${messageOf(error)}`, { cause: error });
      trouble = { tampered, why: tampered ? error.message : messageOf(error) };
      // The next look asks again, and tells.
      if (!isTold) return;
    }
    askedAt = now();
  };

  return async () => {
    if (known === null || now() - askedAt > (known.pointer === null ? NO_POINTER_AGE : POINTER_AGE)) {
      asking ??= ask().finally(() => {
        asking = null;
      });
      await asking;
    }
    const { compiled, pointer } = known as Known;
    return {
      policy: compiled,
      version: pointer?.version ?? 0,
      observeOnly: observeOnly(trouble, now() - confirmedAt),
    };
  };
}

// --- internal ---

interface Known {
  readonly compiled: CompiledPolicy;
  readonly pointer: PolicyPointer | null;
}

interface Trouble {
  readonly tampered: boolean;
  readonly why: string;
}

const EMPTY = compilePolicy({ version: 1, settle: 60, keys: {}, rules: [], exemptions: [] });

async function load(
  policies: Table,
  pointer: PolicyPointer | null,
  before: PolicyPointer | null,
): Promise<CompiledPolicy> {
  if (pointer !== null) {
    const version = await readVersion(policies, pointer.version, pointer.sha256);
    return compilePolicy(JSON.parse(version.document) as Policy);
  }
  if (before !== null) throw new PolicyTampered(`the pointer to version ${before.version} is gone`);
  return EMPTY;
}

function same(a: PolicyPointer | null, b: PolicyPointer | null): boolean {
  return a?.version === b?.version && a?.sha256 === b?.sha256;
}

function observeOnly(trouble: Trouble | null, age: number): string | null {
  if (trouble === null) return null;
  if (trouble.tampered) return `the policy in the table was refused: ${trouble.why}`;
  if (age <= MEMORY_AGE) return null;
  return `the policy has not been readable for ${Math.round(age / 1000)} s: ${trouble.why}`;
}
