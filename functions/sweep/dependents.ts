import { accountStates } from "#aws/runs/account-states";
import { type Dependents, noDependents, withBucket } from "#core/key-risk/dependents";
import type { KeySubject } from "#core/key-risk/subjects";
import { partitionOf } from "#core/names";
import type { Policy } from "#core/policy/policy";
import type { SweepShared } from "./shared.ts";

/**
 * The buckets that depend on each of some keys, as the ledger knows them, by one pass.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function dependentsOf(
  { ledger, scope }: SweepShared,
  policy: Policy,
  subjects: readonly Pick<KeySubject, "names">[],
): Promise<Dependents[]> {
  let all = subjects.map(() => noDependents);
  for await (const { bucket, outcome, state } of accountStates(ledger, scope)) {
    const ref = { partition: partitionOf(scope.region), ...scope, bucket };
    all = all.map((each, at) => withBucket(each, subjects[at]?.names ?? new Set(), policy, { ref, outcome, state }));
  }
  return all;
}
