import { readLast } from "#aws/runs/pointers";
import { safe } from "#core/safe";
import { counted, type RunCounts } from "#core/sweep/counts";
import { startMessage } from "#core/sweep/messages";
import type { Run } from "#core/sweep/run";
import { askedAccounts, whichAccountsArgs } from "../accounts/args.ts";
import { command, type ExitCode } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { awaitRun, followRun, runUnderWay } from "../stage/follow-run.ts";
import { sendToSweep } from "../stage/send-to-sweep.ts";
import { findStage } from "../stage/stage.ts";
import { sweepAccounts } from "../sweep/sweep-accounts.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";

export const sweep = command({
  name: "sweep",
  description: "Has a deployed stage look at every bucket now, beside live events, and follows it to the end.",
  args: {
    ...whichAccountsArgs,
    detach: { type: "boolean", description: "only start it; do not wait for its end" },
  },
  examples: [
    ["sweep", "starts a sweep, or follows the one that is under way"],
    ["sweep --account 111122223333,444455556666", "a hub sweeps two accounts in all covered Regions"],
    ["sweep --detach --json", "for scripts that look later: bucketseal status"],
  ],
  json: `{ stage, run, state: "listing" | "running" | "done", by, started, ended: string | null, joined: boolean,
  counts: Counts, before: Counts | null }   // joined: one was under way already; before: the sweep before it
With accounts: { stage, accounts: Account[], counts: Counts }
Account: { account, name, region: string | null, enrolment, why: string | null, run: string | null,
  state: "listing" | "running" | "done" | "stalled" | "superseded" | null, by, started, ended, joined,
  counts: Counts | null, before: Counts | null }   // region null: all that the hub covers; state null: no run began
Counts: { seen, repaired, reported, held, unreadable, gone, exempt, failed: number }`,
  notes: [
    "Uses the stage's start role, which you must be allowed to assume. Two starts make one sweep; one that died goes on with what it has not done.",
    "Exit codes: 0 every bucket is as declared, or was repaired (with --detach: started), 2 some differ and were reported or held, could not be read, or failed, 1 an error, or an account in which no run began within a minute of the last one that did.",
  ],
  run: async (args, out) => {
    if (askedAccounts(args) !== null) return sweepAccounts(args, out);
    const session = await openSession(args);
    const deployment = await findStage(session, args);
    const { account, arn } = await session.identity();
    const place = {
      ledger: { dynamodb: await session.dynamodb(), table: deployment.ledgerTable },
      scope: { account, region: session.region },
    };
    const [underWay, last] = await Promise.all([
      runUnderWay(place, "sweep"),
      readLast(place.ledger, place.scope, "sweep"),
    ]);
    const message = await sendToSweep(session, deployment, startMessage(arn));
    const begun = await awaitRun(place, "sweep", message);
    const joined = begun.id === underWay?.id;
    out.line(
      `stage ${safe(deployment.stage)}: sweep ${safe(begun.id)} ${joined ? `is under way since ${safe(begun.started)}, started by ${safe(begun.by)}` : "started"}`,
    );
    const ended = args.detach === true ? begun : await followRun(place, begun, out);
    const before = last === null || last.run === ended.id ? null : last.counts;
    const isOver = ended.state === "done";
    if (isOver) print(ended, before, out);
    out.document({
      stage: deployment.stage,
      run: ended.id,
      state: ended.state,
      by: ended.by,
      started: ended.started,
      ended: isOver ? ended.touched : null,
      joined,
      counts: ended.counts,
      before,
    });
    return isOver ? exitOf(ended.counts) : 0;
  },
});

// --- internal ---

function print({ counts, started, touched }: Run, before: RunCounts | null, out: Output): void {
  const seconds = Math.round((Date.parse(touched) - Date.parse(started)) / 1000);
  out.line(`${plural(counts.seen, "bucket")} in ${seconds} s`);
  for (const name of counted) {
    const [now, then] = [counts[name], before?.[name] ?? 0];
    if (name === "seen" || (now === 0 && then === 0)) continue;
    const change = before === null || now === then ? "" : out.paint("dim", `  (last time ${then})`);
    out.line(`  ${name.padEnd(10)} ${out.paint(COLOURS[name] ?? "dim", String(now))}${change}`);
  }
}

const COLOURS: Readonly<Partial<Record<(typeof counted)[number], "red" | "yellow" | "green">>> = {
  repaired: "green",
  reported: "yellow",
  held: "red",
  unreadable: "red",
  failed: "red",
};

function exitOf({ reported, held, unreadable, failed }: RunCounts): ExitCode {
  return reported + held + unreadable + failed > 0 ? 2 : 0;
}
