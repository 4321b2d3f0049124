import { safe } from "#core/safe";
import { refuseAccounts, refusedAccountsArgs } from "../accounts/args.ts";
import { exitOf } from "../buckets/exit-code.ts";
import type { Judged } from "../buckets/judge-bucket.ts";
import { judgedDocument, judgedShape } from "../buckets/judged-document.ts";
import { mapPool } from "../buckets/pool.ts";
import { openReader } from "../buckets/reader.ts";
import { printJudged } from "../buckets/render-judged.ts";
import { bucketsOf, concurrencyOf, judgeBuckets, surveyArgs } from "../buckets/survey.ts";
import {
  type AppliedBucket,
  type AppliedOutcome,
  untouched,
  type WriteContext,
  writeBucket,
} from "../buckets/write-bucket.ts";
import { CliError } from "../error.ts";
import { command, type ExitCode } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { inOwnRegion } from "../stage/own-region.ts";
import { type PauseGate, pauseGate } from "../stage/pause-gate.ts";
import { openPolicy } from "../stage/policy-source.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { printable } from "../terminal/printable.ts";
import { startProgress } from "../terminal/progress.ts";

export const apply = command({
  name: "apply",
  description: "Shows the plan, asks for confirmation, applies it bucket by bucket and verifies each change.",
  args: {
    ...surveyArgs,
    yes: { type: "boolean", description: "skip the confirmation" },
    "include-observe": { type: "boolean", description: "also apply rules in observe mode" },
    ...refusedAccountsArgs,
    "ignore-pause": { type: "boolean", description: "write although a stage in the bucket's Region is paused" },
  },
  examples: [
    ["apply --policy policy.yaml", "all buckets by a policy file; asks for confirmation"],
    ["apply invoices --yes", "one bucket by the deployed policy, without confirmation"],
    ["apply --include-observe", "rules in observe mode are applied too"],
  ],
  json: `{ schema: "bucketseal.apply/1", account: string, policy: { file } | { stage, version },
  summary: { buckets: number, [outcome]: number }, buckets: (Bucket & { outcome })[] }
outcome: "changed" | "left alone" | "reported" | "held" | "unreadable" | "exempt" | "superseded" | "gone" | "failed" | "written, not verified"
Bucket: ${judgedShape}`,
  notes: [
    "Rules that are off are not applied; rules in observe mode only with --include-observe. Nothing is written while a stage in the bucket's Region is paused, whatever policy is used.",
    "A bucket that changed after the plan was shown is not written (superseded): run plan again.",
    "Exit codes: 0 everything is as declared, 2 differences remain (held, superseded, or observe mode), 1 an error, such as a failed write, one that could not be verified, or a bucket that could not be read.",
  ],
  run: async (args, out) => {
    refuseAccounts(
      args,
      "apply writes in your own account only, with your own rights; plan looks at many accounts, and a hub repairs them (docs/accounts.md)",
    );
    const concurrency = concurrencyOf(args.concurrency);
    const session = await openSession(args);
    const source = await openPolicy(session, args, out);
    const gate: PauseGate = args["ignore-pause"] ? async () => null : pauseGate(session, source.deployment);
    if (source.deployment !== null) await refusePaused(gate, [session.region]);
    const [{ account }, found] = await Promise.all([session.identity(), bucketsOf(session, args.bucket)]);
    const refs = inOwnRegion(session, source, args, found, out);
    const reader = openReader(session, source.deployment);
    const judged = await judgeBuckets(reader, refs, source.compiled, concurrency, out);
    printJudged(judged, out);
    const wanted = new Set(
      judged.filter(
        ({ standing, plan }) => standing === "change" && (plan.mode === "enforce" || args["include-observe"] === true),
      ),
    );
    await refusePaused(gate, [...new Set([...wanted].map(({ ref }) => ref.region))]);
    const agreed =
      wanted.size > 0 && (await confirm(`Write ${plural(wanted.size, "bucket")}?`, args.yes === true, out));
    const context: WriteContext = { session, reader, policy: source.compiled, gate };
    const progress = startProgress("writing", agreed ? wanted.size : 0, out);
    const results = new Map<Judged, AppliedBucket>();
    await mapPool(agreed ? shuffled([...wanted]) : [], concurrency, async (each) => {
      results.set(each, await writeBucket(context, each));
      progress.tick();
    });
    const written = judged.map((each) => results.get(each) ?? untouched(each));
    progress.end();
    if (agreed)
      printWritten(
        written.filter((_, index) => wanted.has(judged[index] as Judged)),
        out,
      );
    else if (wanted.size > 0) out.line("nothing was written");
    out.document({
      schema: "bucketseal.apply/1",
      account,
      policy: source.origin,
      summary: { buckets: written.length, ...countOutcomes(written) },
      buckets: written.map(({ judged: each, outcome }) => ({ ...judgedDocument(each), outcome })),
    });
    return agreed ? exitOfWritten(written) : exitOf(judged);
  },
});

// --- internal ---

/**
 * In a random order, so that two people who apply at once seldom write the same bucket at the same
 * moment: the second finds it as declared and leaves it alone.
 */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => ({ item, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** @throws CliError if writes in one of the Regions are paused, or nobody knows */
async function refusePaused(gate: PauseGate, regions: readonly string[]): Promise<void> {
  const stopped = (await Promise.all(regions.map(gate))).find((why) => why !== null);
  if (stopped === undefined) return;
  throw new CliError(
    `${stopped}: nothing is written (\`bucketseal resume\` allows writes again; --ignore-pause writes all the same)`,
    { code: "paused" },
  );
}

function printWritten(written: readonly AppliedBucket[], out: Output): void {
  out.line();
  for (const { judged, outcome } of written) {
    const colour = outcome === "changed" ? "green" : "red";
    out.line(`  ${out.paint(colour, outcome.padEnd(10))} ${safe(judged.ref.bucket)}  ${safe(judged.ref.region)}`);
    if (outcome !== "changed")
      for (const { text } of judged.plan.reasons) out.line(out.paint("dim", `      because ${printable(text)}`));
  }
  const counts = Object.entries(countOutcomes(written)).map(([outcome, number]) => `${number} ${outcome}`);
  out.line(`${plural(written.length, "bucket")}: ${counts.join(", ")}`);
}

function countOutcomes(written: readonly AppliedBucket[]): Partial<Record<AppliedOutcome, number>> {
  const counts: Partial<Record<AppliedOutcome, number>> = {};
  for (const { outcome } of written) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function exitOfWritten(written: readonly AppliedBucket[]): ExitCode {
  const some = (...outcomes: AppliedOutcome[]) => written.some(({ outcome }) => outcomes.includes(outcome));
  if (some("failed", "unreadable", "written, not verified")) return 1;
  return some("held", "superseded", "reported") ? 2 : 0;
}
