import { PolicyTampered } from "#aws/policy/items";
import { readPointer, readVersion } from "#aws/policy/table";
import { accountStates } from "#aws/runs/account-states";
import { batchesOf } from "#aws/runs/batches";
import { concernedBy, type KnownState } from "#core/diff/concerned";
import { partitionOf } from "#core/names";
import type { Policy } from "#core/policy/policy";
import type { Run } from "#core/sweep/run";
import { addNames } from "./send-batches.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Adds the buckets to a run that a push concerns: those of the ledger whose target could be another
 * one, and those that the push before had not got to. Buckets that the ledger does not know are
 * left to the sweep.
 * @throws RetryableError on throttling, 5xx and timeouts; PolicyTampered for the version in force.
 */
export async function addConcerned(shared: SweepShared, run: Run): Promise<void> {
  const { ledger, scope } = shared;
  const tests = await testsOf(shared, run);
  const found: string[] = [];
  for await (const { bucket, outcome, state } of accountStates(ledger, scope)) {
    const ref = { partition: partitionOf(scope.region), ...scope, bucket };
    const known: KnownState = { ref, outcome, rule: state.rule };
    if (outcome !== "gone" && tests.some((isConcerned) => isConcerned(known))) found.push(bucket);
  }
  const left: string[] = [];
  if (run.takesOver !== null) {
    for await (const { names, state } of batchesOf(ledger, scope, run.takesOver)) {
      if (state === "pending") left.push(...names);
    }
  }
  await addNames(shared, run.id, [...new Set([...found, ...left])].sort());
}

// --- internal ---

type Test = (known: KnownState) => boolean;

/** A test for each version that the push replaces. One that cannot be read could concern all. */
async function testsOf({ clients, settings, clock }: SweepShared, { from }: Run): Promise<Test[]> {
  const policies = { dynamodb: clients.dynamodb, table: settings.POLICY_TABLE };
  const read = async (version: number) => JSON.parse((await readVersion(policies, version)).document) as Policy;
  // What is in force now, whatever was pushed meanwhile: that is what the looks go by.
  const pointer = await readPointer(policies);
  if (pointer === null) return [];
  const after = JSON.parse((await readVersion(policies, pointer.version, pointer.sha256)).document) as Policy;
  return Promise.all(
    from.map(async (version): Promise<Test> => {
      try {
        return concernedBy(version === 0 ? null : await read(version), after, clock.now());
      } catch (error) {
        if (!(error instanceof PolicyTampered)) throw error;
        return () => true;
      }
    }),
  );
}
