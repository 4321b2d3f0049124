import { exitOf } from "../buckets/exit-code.ts";
import { judgedShape, planDocument } from "../buckets/judged-document.ts";
import { openReader } from "../buckets/reader.ts";
import { printJudged } from "../buckets/render-judged.ts";
import { bucketsOf, concurrencyOf, judgeBuckets, surveyArgs } from "../buckets/survey.ts";
import { command } from "../line/command.ts";
import { inOwnRegion } from "../stage/own-region.ts";
import { openPolicy } from "../stage/policy-source.ts";
import { openSession } from "../stage/session.ts";

export const plan = command({
  name: "plan",
  description: "Shows what would change in one bucket or in all buckets of the account; changes nothing.",
  args: surveyArgs,
  examples: [
    ["plan --policy policy.yaml", "all buckets against a policy file; no deployment needed"],
    ["plan", "all buckets against the deployed policy"],
    ["plan invoices --json", "one bucket, for scripts"],
  ],
  json: `{ schema: "bucketseal.plan/1", account: string, policy: { file } | { stage, version },
  summary: { buckets: number, [standing]: number }, buckets: Bucket[] }
Bucket: ${judgedShape}`,
  notes: [
    "Exit codes: 0 nothing to do, 2 differences (would change, held, or under a key that cannot be used), 1 an error or a bucket that could not be read.",
    "Buckets managed by an AWS service (aws:fsx, aws:backup) count as nothing to do.",
  ],
  run: async (args, out) => {
    const concurrency = concurrencyOf(args.concurrency);
    const session = await openSession(args);
    const source = await openPolicy(session, args, out);
    const [{ account }, found] = await Promise.all([session.identity(), bucketsOf(session, args.bucket)]);
    const refs = inOwnRegion(session, source, args, found, out);
    const reader = openReader(session, source.deployment);
    const judged = await judgeBuckets(reader, refs, source.compiled, concurrency, out);
    printJudged(judged, out);
    out.document(planDocument(account, source, judged));
    return exitOf(judged);
  },
});
