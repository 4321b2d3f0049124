import { refuseAccounts, refusedAccountsArgs } from "../accounts/args.ts";
import { askedSelection, selectionArgs, startAfterOf, wholeNumber } from "../backfill/args.ts";
import { backfillPlanDocument, backfillPlanShape } from "../backfill/backfill-document.ts";
import { coveredBuckets } from "../backfill/covered-buckets.ts";
import { exitOfLocal, exitOfPlans } from "../backfill/exit-of-backfill.ts";
import type { LocalSettings } from "../backfill/local-ports.ts";
import { type BackfillPlan, planBucketObjects } from "../backfill/plan-bucket-objects.ts";
import { printBackfillPlan } from "../backfill/render-backfill-plan.ts";
import { objectsToWrite } from "../backfill/tally.ts";
import { askedOfBatch, batchArgs } from "../backfill-batch/args.ts";
import { batchPlanShape } from "../backfill-batch/render-batch-plan.ts";
import { runBatch } from "../backfill-batch/run-batch.ts";
import { shownJobsShape } from "../backfill-batch/show-jobs.ts";
import { openStageJobs } from "../backfill-batch/stage-jobs.ts";
import { exitOfBackfill } from "../backfill-run/follow-backfill.ts";
import { howToGoOn, localBackfillDocument, printLocalBackfill } from "../backfill-run/render-local.ts";
import { backfillDocument, backfillShape } from "../backfill-run/show-backfill.ts";
import { openBackfills } from "../backfill-run/stage-backfills.ts";
import { startOnStage } from "../backfill-run/start-on-stage.ts";
import { stopOnInterrupt } from "../backfill-run/stop-on-interrupt.ts";
import { type LocalBackfill, workLocally } from "../backfill-run/work-locally.ts";
import { findBucket } from "../buckets/buckets.ts";
import { openReader } from "../buckets/reader.ts";
import { concurrencyOf, surveyArgs } from "../buckets/survey.ts";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { allRegionsArg, inOwnRegion } from "../stage/own-region.ts";
import { type PauseGate, pauseGate } from "../stage/pause-gate.ts";
import { openPolicy } from "../stage/policy-source.ts";
import { findStage } from "../stage/stage.ts";
import { confirm } from "../terminal/confirm.ts";
import { startMeter } from "../terminal/meter.ts";
import { plural } from "../terminal/plural.ts";

export const backfill = command({
  name: "backfill",
  description: "Shows what the objects that are already in a bucket need, and with --apply does it.",
  args: {
    bucket: { type: "positional", required: true, valueHint: "BUCKET…", description: "one bucket or more" },
    policy: surveyArgs.policy,
    ...selectionArgs,
    "start-after": { type: "string", valueHint: "KEY", description: "only keys after it, as a stopped run names it" },
    sample: { type: "string", valueHint: "N", description: "look at N objects only, picked at random, and estimate" },
    local: { type: "boolean", description: "with --apply: do the work from here, with your own rights" },
    apply: { type: "boolean", description: "do it, after the plan and a question" },
    yes: {
      type: "boolean",
      description: "with --apply: no question, and no plan before it: each object is looked at once",
    },
    watch: { type: "boolean", description: "follow the stage's backfill to its end; Ctrl-C leaves it going" },
    rate: { type: "string", valueHint: "N", description: "no more than N objects a second" },
    ...batchArgs,
    concurrency: surveyArgs.concurrency,
    "all-regions": allRegionsArg,
    ...refusedAccountsArgs,
    "ignore-pause": { type: "boolean", description: "write although a stage in the bucket's Region is paused" },
  },
  examples: [
    ["backfill invoices --policy policy.yaml", "what its objects need; nothing is written, nothing deployed"],
    ["backfill invoices --sample 1000", "an estimate from 1,000 objects, for a large bucket"],
    ["backfill invoices --prefix 2024/ --since 2024-03-01 --until 2024-04-01", "a part of it"],
    ["backfill invoices --apply --watch", "asks, has the stage do it, and follows it"],
    ["backfill archive --batch", "has jobs of S3 Batch Operations count what they would update, and cancels them"],
    ["backfill archive --batch --apply --watch", "asks, sets the jobs ready, and follows them"],
    ["backfill invoices --local --apply", "asks, then does the work from here; Ctrl-C stops it cleanly"],
  ],
  json: `{ schema: "bucketseal.backfill-plan/1", account: string, policy: { file } | { stage, version }, buckets: Plan[] }
Plan: ${backfillPlanShape}
With --local --apply: { schema: "bucketseal.backfill-local/1", account, policy, buckets: Done[] }
Done: { bucket, region, account, state: "done" | "stopped", selection, listed, looked, outcomes: { [outcome]: number },
  how: { update?, copy? }, reasons, movedBytes, samples, reached?: string | null }   // stopped: done up to that key
With --apply: { schema: "bucketseal.backfill-run/1", account, policy, buckets: Run[] }
Run: ${backfillShape}
With --batch: { schema: "bucketseal.backfill-batch-plan/1", account, policy, buckets: BatchPlan[] }
BatchPlan: ${batchPlanShape}
With --batch --apply: { schema: "bucketseal.backfill-batch/1", account, policy, buckets: Jobs[] }
Jobs: ${shownJobsShape}`,
  notes: [
    "Which objects a rule wants looked after is its objects.atRest, versions, newerThan and olderThan (docs/existing-objects.md).",
    "Stopped or killed, it is started again with the same command: what is done is found as declared. A stopped run says with which --start-after it need not be looked at again.",
    "Exit codes: 0 every object is as declared, 2 differences (would be written or held; with --apply: remain), 1 an error, such as a failed write or an object that could not be read, 130 stopped by Ctrl-C.",
  ],
  run: async (args, out) => {
    refuseAccounts(
      args,
      "backfill works in your own account only; with credentials of a member's account: backfill BUCKET --policy FILE",
    );
    const concurrency = concurrencyOf(args.concurrency);
    const rate = wholeNumber("rate", args.rate, 100_000);
    const sample = wholeNumber("sample", args.sample, 1_000_000);
    const asked = askedSelection(args, Date.now());
    if (args.apply === true && sample !== null) {
      throw new CliError("--sample is for a plan: --apply does all or, with --prefix, --since and --until, a part", {
        code: "usage",
      });
    }
    if (args.apply === true && args.local !== true && args.batch !== true && args.policy !== undefined) {
      throw new CliError("a stage goes by its own policy: with --policy, --apply needs --local", { code: "usage" });
    }
    if (args.apply === true && args.local !== true && rate !== null) {
      throw new CliError("--rate is for the work from here: with --apply it needs --local", { code: "usage" });
    }
    if (args.apply !== true && args.yes === true) {
      throw new CliError("--yes answers the question of --apply, which is missing", { code: "usage" });
    }
    const batch = askedOfBatch(args);
    const session = await openSession(args);
    const source = await openPolicy(session, args, out);
    const names = [...new Set([args.bucket, ...args._.slice(1)])];
    const startAfter = startAfterOf(args, names.length);
    const found = await Promise.all(names.map((name) => findBucket(session, name)));
    const refs = found.flatMap((ref) => inOwnRegion(session, source, { ...args, bucket: ref.bucket }, [ref], out));
    const gate: PauseGate = args["ignore-pause"] ? async () => null : pauseGate(session, source.deployment);
    const reader = openReader(session, source.deployment);
    const settings: LocalSettings = { session, source, reader, gate, concurrency };
    const targets = await coveredBuckets(settings, refs, asked, out);
    const { account } = await session.identity();
    const head = { account, policy: source.origin };
    if (batch !== null) {
      const stage = await openStageJobs(session, source.deployment ?? (await findStage(session, args)));
      return runBatch(settings, stage, targets, batch, head, out);
    }
    const isPlanned = args.apply !== true || args.yes !== true;

    const plans: BackfillPlan[] = [];
    for (const { ref, rule, selection } of isPlanned ? targets : []) {
      const meter = startMeter(`looking at ${ref.bucket}:`, out);
      try {
        plans.push(await planBucketObjects(settings, ref, { rule, selection, sample, startAfter, rate, meter }));
      } finally {
        meter.end();
      }
      printBackfillPlan(plans.at(-1) as BackfillPlan, out);
    }
    const toWrite = plans.reduce((sum, { tally }) => sum + objectsToWrite(tally), 0);
    const isAgreed =
      args.apply === true &&
      (!isPlanned || (toWrite > 0 && (await confirm(`Write ${plural(toWrite, "object")}?`, false, out))));
    if (!isAgreed) {
      out.line("nothing was written");
      const document = { schema: "bucketseal.backfill-plan/1", ...head, buckets: plans.map(backfillPlanDocument) };
      out.document(document);
      return exitOfPlans(plans);
    }

    if (source.deployment !== null && args.local !== true) {
      const backfills = await openBackfills(session, source.deployment);
      const { arn } = await session.identity();
      const begun = await startOnStage(backfills, targets, { by: arn, watch: args.watch === true }, out);
      out.document({ schema: "bucketseal.backfill-run/1", ...head, buckets: begun.map(backfillDocument) });
      const codes = args.watch === true ? begun.map(exitOfBackfill) : [];
      return codes.includes(1) ? 1 : codes.includes(2) ? 2 : 0;
    }
    const interrupt = stopOnInterrupt(out);
    const done: LocalBackfill[] = [];
    try {
      for (const [index, { ref, selection }] of targets.entries()) {
        if (interrupt.isStopped()) break;
        const meter = startMeter(`${ref.bucket}:`, out);
        const total = plans[index]?.listed ?? null;
        try {
          const { isStopped } = interrupt;
          done.push(await workLocally(settings, ref, { selection, startAfter, total, rate, meter, isStopped }));
        } finally {
          meter.end();
        }
        printLocalBackfill(done.at(-1) as LocalBackfill, out);
      }
    } finally {
      interrupt.release();
    }
    if (interrupt.isStopped()) out.line(howToGoOn(targets.length === 1 ? (done.at(-1)?.reached ?? null) : null));
    out.document({ schema: "bucketseal.backfill-local/1", ...head, buckets: done.map(localBackfillDocument) });
    return exitOfLocal(done);
  },
});
