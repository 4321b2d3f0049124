import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, RetryableError } from "#aws/error";
import { type PolicyPointer, PolicyTampered, readPointer, readVersion } from "#aws/policy-table";
import type { Policy } from "#core/policy";
import { type CompiledPolicy, compilePolicy } from "#core/policy-index";
import type { PolicyInForce } from "#core/ports";

/** Milliseconds for which the pointer is not asked for again. */
const POINTER_AGE = 10_000;
/** Milliseconds for which a policy that cannot be read any more is used from memory. */
const MEMORY_AGE = 5 * 60_000;

/**
 * The desired state as this function knows it: the pointer is read at most every ten seconds, a version once. A table that cannot
 * be read is forgiven for five minutes, a version that is not what its hash says not at all; both then leave only observing.
 * `refused` is told of every version that was changed behind the pointer.
 */
export function policySource(
  dynamodb: DynamoDBClient,
  table: string,
  now: () => number,
  refused: (why: string) => Promise<void>,
): () => Promise<PolicyInForce> {
  let known: { readonly compiled: CompiledPolicy; readonly pointer: PolicyPointer | null } | null = null;
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<PolicyInForce> | null = null;

  const ask = async (): Promise<PolicyInForce> => {
    try {
      const pointer = await readPointer(dynamodb, table);
      if (known === null || known.pointer?.version !== pointer?.version || known.pointer?.sha256 !== pointer?.sha256) {
        known = { compiled: await load(dynamodb, table, pointer, known?.pointer ?? null), pointer };
      }
      confirmedAt = now();
      return inForce(known, null);
    } catch (error) {
      if (error instanceof PolicyTampered) await refused(error.message);
      if (known === null) throw new RetryableError(`there is no policy to go by: ${describe(error)}`, { cause: error });
      if (error instanceof PolicyTampered)
        return inForce(known, `the policy in the table was refused: ${error.message}`);
      const age = now() - confirmedAt;
      return inForce(
        known,
        age <= MEMORY_AGE
          ? null
          : `the policy has not been readable for ${Math.round(age / 1000)} s: ${describe(error)}`,
      );
    }
  };

  return async () => {
    if (known !== null && now() - confirmedAt <= POINTER_AGE) return inForce(known, null);
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
}

// --- internal ---

const EMPTY = compilePolicy({ version: 1, settle: 60, keys: {}, rules: [], exemptions: [] });

async function load(
  dynamodb: DynamoDBClient,
  table: string,
  pointer: PolicyPointer | null,
  before: PolicyPointer | null,
): Promise<CompiledPolicy> {
  if (pointer !== null) {
    const version = await readVersion(dynamodb, table, pointer.version, pointer.sha256);
    return compilePolicy(JSON.parse(version.document) as Policy);
  }
  if (before !== null) throw new PolicyTampered(`the pointer to version ${before.version} is gone`);
  return EMPTY;
}

function inForce(
  known: { readonly compiled: CompiledPolicy; readonly pointer: PolicyPointer | null },
  observeOnly: string | null,
): PolicyInForce {
  return { policy: known.compiled, version: known.pointer?.version ?? 0, observeOnly };
}
