import { listAlarms } from "#aws/ledger/integrity-alarms";
import { readPointer } from "#aws/policy/table";
import { readPause } from "#aws/ssm/pause";
import { safe } from "#core/safe";
import { countBuckets, countsShape, printCounts } from "../history/bucket-counts.ts";
import { command } from "../line/command.ts";
import { lastSweep, lastSweepShape, printSweep } from "../stage/last-sweep.ts";
import { depthsShape, printDepths, queueDepths } from "../stage/queue-depths.ts";
import { openSession } from "../stage/session.ts";
import { findStage } from "../stage/stage.ts";
import { told } from "../stage/stored-policy.ts";
import { plural } from "../terminal/plural.ts";

export const status = command({
  name: "status",
  description:
    "Shows a deployed stage: the policy in force, whether writes are paused, open alarms, its buckets by outcome and rule, the oldest that wait for a person, the last sweep, how full its queues are.",
  args: {},
  examples: [["status --json", "for scripts"]],
  json: `{ stage, region, account, policy: { version: number, rules: number, sha256, by, at } | null,
  writes: "allowed" | "paused" | "unknown", paused: string | null,
  alarms: { bucket, at, what }[],   // open integrity alarms: they block writes to those buckets' objects
  buckets: ${countsShape},
  sweep: ${lastSweepShape},
  queues: ${depthsShape} }   // SQS's estimates; null: could not be read`,
  notes: [
    "Exit codes: 0 writes are allowed and no integrity alarm is open, 2 writes are paused or an alarm is open, 1 an error or the pause switch could not be read.",
  ],
  run: async (args, out) => {
    const session = await openSession(args);
    const deployment = await findStage(session, args);
    const { stage, policyTable, ledgerTable, pauseParameter } = deployment;
    const { account } = await session.identity();
    const { region } = session;
    const dynamodb = await session.dynamodb();
    const ledger = { dynamodb, table: ledgerTable };
    const [pointer, pause, found, buckets, sweep, queues] = await Promise.all([
      readPointer({ dynamodb, table: policyTable }),
      readPause(await session.ssm(), pauseParameter),
      listAlarms(ledger, { account, region }),
      countBuckets(ledger),
      lastSweep({ ledger, scope: { account, region } }),
      queueDepths(session, deployment),
    ]);
    const paused = pause.known ? pause.value : `could not be read: ${pause.error.name}`;
    const writes = !pause.known ? "unknown" : pause.value === null ? "allowed" : "paused";
    const alarms = found.flatMap(({ bucket, at, what, cleared }) => (cleared === null ? [{ bucket, at, what }] : []));
    out.line(`stage    ${safe(stage)} in ${region}, account ${account}`);
    out.line(`policy   ${pointer ? `${told(pointer)}, ${plural(pointer.rules, "rule")}` : "none pushed yet"}`);
    const shown = paused === null ? "allowed" : safe(paused.replace(/^writes are paused: /, "PAUSED "));
    out.line(`writes   ${out.paint(writes === "allowed" ? "green" : "red", shown)}`);
    for (const { bucket, at } of alarms) {
      const text = `open since ${safe(at)} on ${safe(bucket)}, blocks writes to its objects: bucketseal alarm list`;
      out.line(`alarm    ${out.paint("red", text)}`);
    }
    printSweep(sweep, Date.now(), out);
    printDepths(queues, out);
    printCounts(buckets, out);
    const swept = sweep.known ? sweep.value : "unknown";
    out.document({ stage, region, account, policy: pointer, writes, paused, alarms, buckets, sweep: swept, queues });
    if (writes === "unknown") return 1;
    return writes === "allowed" && alarms.length === 0 ? 0 : 2;
  },
});
