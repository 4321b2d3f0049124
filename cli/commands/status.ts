import { listAlarms } from "#aws/ledger/integrity-alarms";
import { readPointer } from "#aws/policy/table";
import { readPause } from "#aws/ssm/pause";
import { safe } from "#core/safe";
import { withKinds } from "../accounts/account-kinds.ts";
import { accountRecordShape, printAccountTable } from "../accounts/account-table.ts";
import { accountsArgs } from "../accounts/args.ts";
import { ledgerNote } from "../accounts/ledger-note.ts";
import { ofPlaces, openPlaces, recordsOf } from "../accounts/open-places.ts";
import { countBuckets, countsShape, printCounts } from "../history/bucket-counts.ts";
import { command } from "../line/command.ts";
import { lastSweep, lastSweepShape, printSweep } from "../stage/last-sweep.ts";
import { depthsShape, printDepths, queueDepths } from "../stage/queue-depths.ts";
import { told } from "../stage/stored-policy.ts";
import { plural } from "../terminal/plural.ts";

export const status = command({
  name: "status",
  description:
    "Shows a deployed stage: the policy in force, whether writes are paused, open alarms, its buckets by outcome and rule, the oldest that wait for a person, the last sweep, how full its queues are.",
  args: accountsArgs,
  examples: [
    ["status --json", "for scripts"],
    ["status --account 111122223333,444455556666", "what a hub knows of two accounts"],
  ],
  json: `{ stage, region, account, policy: { version: number, rules: number, sha256, by, at } | null,
  writes: "allowed" | "paused" | "unknown", paused: string | null,
  alarms: { bucket, at, what }[],   // open integrity alarms: they block writes to those buckets' objects
  buckets: ${countsShape},
  sweep: ${lastSweepShape},
  queues: ${depthsShape} }   // SQS's estimates; null: could not be read
With accounts: buckets and alarms are of these alone, alarms have also { account, region }, and there is
  accounts: ${accountRecordShape}[]`,
  notes: [
    ledgerNote,
    "Exit codes: 0 writes are allowed and no integrity alarm is open, 2 writes are paused or an alarm is open, 1 an error or the pause switch could not be read.",
  ],
  run: async (args, out) => {
    const { session, deployment, ledger, account, places } = await openPlaces(args, out);
    const { stage, policyTable, pauseParameter } = deployment;
    const { region } = session;
    const { dynamodb } = ledger;
    const [pointer, pause, found, buckets, sweep, queues, accounts] = await Promise.all([
      readPointer({ dynamodb, table: policyTable }),
      readPause(await session.ssm(), pauseParameter),
      ofPlaces(places, async (place) => (await listAlarms(ledger, place)).map((alarm) => ({ ...alarm, place }))),
      countBuckets(ledger, places.has),
      lastSweep({ ledger, scope: { account, region } }),
      queueDepths(session, deployment),
      places.isAsked ? recordsOf(ledger, places).then((records) => withKinds(records, deployment, session)) : null,
    ]);
    const paused = pause.known ? pause.value : `could not be read: ${pause.error.name}`;
    const writes = !pause.known ? "unknown" : pause.value === null ? "allowed" : "paused";
    const alarms = found
      .flat()
      .flatMap(({ bucket, at, what, cleared, place }) =>
        cleared === null ? [{ ...(places.isAsked ? place : {}), bucket, at, what }] : [],
      );
    out.line(`stage    ${safe(stage)} in ${region}, account ${account}`);
    out.line(`policy   ${pointer ? `${told(pointer)}, ${plural(pointer.rules, "rule")}` : "none pushed yet"}`);
    const state = paused === null ? "allowed" : safe(paused.replace(/^writes are paused: /, "PAUSED "));
    out.line(`writes   ${out.paint(writes === "allowed" ? "green" : "red", state)}`);
    for (const { bucket, at } of alarms) {
      const text = `open since ${safe(at)} on ${safe(bucket)}, blocks writes to its objects: bucketseal alarm list`;
      out.line(`alarm    ${out.paint("red", text)}`);
    }
    printSweep(sweep, Date.now(), out);
    printDepths(queues, out);
    printCounts(buckets, out);
    if (accounts !== null) {
      out.line();
      printAccountTable(accounts, Date.now(), out);
    }
    const swept = sweep.known ? sweep.value : "unknown";
    const shown = { policy: pointer, writes, paused, alarms, buckets, sweep: swept, queues };
    out.document({ stage, region, account, ...shown, ...(accounts === null ? {} : { accounts }) });
    if (writes === "unknown") return 1;
    return writes === "allowed" && alarms.length === 0 ? 0 : 2;
  },
});
