import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { accountStates } from "#aws/runs/account-states";
import { repairingClient } from "../bare/repairing.ts";
import { breakUnheard, unheard } from "../stage/fleet.ts";
import { declared, type Stage } from "../stage/stage.ts";
import { loggedCalls } from "./logged-calls.ts";
import type { Swept } from "./sweeper.ts";

/** A sweep and the bare client over the same buckets, as many of them wrong. */
export interface SideBySide {
  readonly swept: Swept;
  readonly bare: { readonly milliseconds: number; readonly calls: number };
  /** Buckets whose item in the ledger the sweep wrote. */
  readonly written: number;
}

/** Both, one after the other; no event tells of what they write. */
export async function sweepBesideBare(
  stage: Stage,
  sweep: () => Promise<Swept>,
  wrong: readonly string[],
  isSweepFirst: boolean,
): Promise<SideBySide> {
  let swept: Swept | undefined;
  let written = 0;
  let bare: SideBySide["bare"] | undefined;
  const sweeps = async () => {
    await breakUnheard(stage, wrong);
    const before = await statesOf(stage);
    swept = await unheard(stage, sweep);
    const after = await statesOf(stage);
    written = [...after].filter(([bucket, state]) => before.get(bucket) !== state).length;
  };
  const bares = async () => {
    await breakUnheard(stage, wrong);
    bare = await unheard(stage, () => timed(stage, wrong.length));
  };
  for (const work of isSweepFirst ? [sweeps, bares] : [bares, sweeps]) await work();
  if (swept === undefined || bare === undefined) throw new Error("neither was run");
  return { swept, bare, written };
}

// --- internal ---

async function timed({ alice, sandbox }: Stage, wrong: number): Promise<SideBySide["bare"]> {
  const calls = await loggedCalls(sandbox.callLog);
  const began = performance.now();
  const written = await repairingClient(alice, declared(sandbox));
  const milliseconds = performance.now() - began;
  if (written !== wrong) throw new Error(`the bare client wrote ${written} of ${wrong} buckets`);
  const own = (await calls()).filter(({ service, function: by }) => service === "s3" && by === null);
  return { milliseconds, calls: own.length };
}

/** What the ledger knows of each bucket, as text. */
async function statesOf({ sandbox }: Stage): Promise<ReadonlyMap<string, string>> {
  const { endpoint, region, account, credentials, ledgerTable: table } = sandbox;
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials: { ...credentials } });
  const states = new Map<string, string>();
  for await (const { bucket, state } of accountStates({ dynamodb, table }, { account, region })) {
    states.set(bucket, JSON.stringify(state));
  }
  return states;
}
