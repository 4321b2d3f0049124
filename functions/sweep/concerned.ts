import { readAccounts } from "#aws/members/accounts";
import { PolicyTampered } from "#aws/policy/items";
import { readPointer, readVersion } from "#aws/policy/table";
import { accountStates } from "#aws/runs/account-states";
import { type Batch, batchesOf } from "#aws/runs/batches";
import type { RunScope } from "#aws/runs/items";
import { concernedBy, type KnownState } from "#core/diff/concerned";
import { partitionOf } from "#core/names";
import type { Policy } from "#core/policy/policy";
import type { NamesMessage } from "#core/sweep/messages";
import type { Run } from "#core/sweep/run";
import { coveredRegions } from "../organization/places.ts";
import { nextHop } from "../queue/hops.ts";
import { type Delivery, TO_END } from "./delivery.ts";
import { addNames } from "./send-batches.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Adds the buckets to a run that a push concerns: those of the ledger whose target could be another
 * one, at home and in members, and those that the push before had not got to. Buckets that the
 * ledger does not know are left to the sweep. One run for all: it halts wherever writes go wrong.
 * Returns whether all are added; the rest is a message of its own.
 * @throws RetryableError on throttling, 5xx and timeouts; PolicyTampered for the version in force;
 *   TooManyHops.
 */
export async function addConcerned(
  shared: SweepShared,
  run: Run,
  message: NamesMessage,
  delivery: Delivery,
): Promise<boolean> {
  const { ledger, home, org, clock } = shared;
  const { token } = message;
  const tests = await testsOf(shared, run);
  if (token === null) await addOfHome(shared, run, tests);
  if (org === null) return true;
  for await (const { account, enrolment } of readAccounts(ledger)) {
    if ((token !== null && account <= token) || enrolment === "suspended") continue;
    for (const region of coveredRegions(account, home, org.settings)) {
      const at = { account, region };
      await addNames(shared, run, (await concernedAt(shared, at, tests)).sort(), at);
    }
    if (clock.now() < delivery.deadline - TO_END) continue;
    const hops = nextHop(delivery.hops, "accounts left to look through");
    await shared.later({ ...message, token: account }, 0, hops);
    return false;
  }
  return true;
}

// --- internal ---

type Test = (known: KnownState) => boolean;

/** Those at home, and all that the push before left. */
async function addOfHome(shared: SweepShared, run: Run, tests: readonly Test[]): Promise<void> {
  const { ledger, home } = shared;
  const left = new Map<string, Pick<Batch, "names" | "at">[]>();
  if (run.takesOver !== null) {
    for await (const { names, at, state } of batchesOf(ledger, home, run.takesOver)) {
      const place = `${at?.account} ${at?.region}`;
      if (state === "pending") left.set(place, [...(left.get(place) ?? []), { names, at }]);
    }
  }
  const ofHome = left.get(`${undefined} ${undefined}`)?.flatMap(({ names }) => names) ?? [];
  await addNames(shared, run, [...new Set([...(await concernedAt(shared, home, tests)), ...ofHome])].sort());
  for (const batches of left.values()) {
    const at = batches[0]?.at ?? null;
    const names = batches.flatMap((batch) => batch.names);
    if (at !== null) await addNames(shared, run, names, at);
  }
}

/** The names of the buckets of a place that any of the tests is about. */
async function concernedAt({ ledger }: SweepShared, at: RunScope, tests: readonly Test[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { bucket, outcome, state } of accountStates(ledger, at)) {
    const ref = { partition: partitionOf(at.region), ...at, bucket };
    const known: KnownState = { ref, outcome, rule: state.rule };
    if (outcome !== "gone" && tests.some((isConcerned) => isConcerned(known))) found.push(bucket);
  }
  return found;
}

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
