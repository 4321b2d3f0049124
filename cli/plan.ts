import { command, type ExitCode } from "./command.ts";
import type { Judged } from "./judge-bucket.ts";
import { judgedShape, planDocument } from "./judged-document.ts";
import { openPolicy } from "./policy-source.ts";
import { openReader } from "./reader.ts";
import { printJudged } from "./render-judged.ts";
import { openSession } from "./session.ts";
import { bucketsOf, concurrencyOf, survey, surveyArgs } from "./survey.ts";

export const plan = command({
  name: "plan",
  description: "Shows what would be written to one bucket or to all buckets of the account; writes nothing.",
  args: surveyArgs,
  examples: [
    ["plan --policy policy.yaml", "all buckets against a file, with nothing deployed"],
    ["plan", "all buckets against the policy of the deployed stage"],
    ["plan invoices --json", "one bucket, for machines"],
  ],
  json: `{ schema: "bucketseal.plan/1", account: string, policy: { file } | { stage, version },
  summary: { buckets: number, [standing]: number }, buckets: Bucket[] }
Bucket: ${judgedShape}`,
  notes: [
    "Exit codes: 0 nothing to do, 2 differences (would change, or held), 1 an error, or a bucket that could not be read.",
    "Buckets that an AWS service manages (aws:fsx, aws:backup) were read and count as nothing to do.",
  ],
  run: async (args, out) => {
    const concurrency = concurrencyOf(args.concurrency);
    const session = await openSession(args);
    const source = await openPolicy(session, args, out);
    const [{ account }, refs] = await Promise.all([session.identity(), bucketsOf(session, args.bucket)]);
    const reader = openReader(session, source.deployment);
    const judged = await survey(reader, refs, source.compiled, concurrency, out);
    printJudged(judged, out);
    out.document(planDocument(account, source, judged));
    return exitOf(judged);
  },
});

/** Could not look outweighs differences: who sees 0 or 2 has seen every bucket. */
export function exitOf(judged: readonly Judged[]): ExitCode {
  if (judged.some(({ standing }) => standing === "unreadable")) return 1;
  return judged.some(({ standing }) => standing === "change" || standing === "held") ? 2 : 0;
}
