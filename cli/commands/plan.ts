import { accountsArgs, askedAccounts, askedRegions } from "../accounts/args.ts";
import { openForAccounts } from "../accounts/open.ts";
import { planAccounts } from "../accounts/plan-accounts.ts";
import { regionsNote, roleNote } from "../accounts/plan-role.ts";
import { accountsShape } from "../accounts/render-accounts.ts";
import { exitOf } from "../buckets/exit-code.ts";
import { judgedShape, planDocument } from "../buckets/judged-document.ts";
import { openReader } from "../buckets/reader.ts";
import { printJudged } from "../buckets/render-judged.ts";
import { bucketsOf, concurrencyOf, judgeBuckets, surveyArgs } from "../buckets/survey.ts";
import { command } from "../line/command.ts";
import { inOwnRegion } from "../stage/own-region.ts";

export const plan = command({
  name: "plan",
  description: "Shows what would change in one bucket or in all buckets of the account; changes nothing.",
  args: { ...surveyArgs, ...accountsArgs },
  examples: [
    ["plan --policy policy.yaml", "all buckets against a policy file; no deployment needed"],
    ["plan", "all buckets against the deployed policy"],
    ["plan invoices --json", "one bucket, for scripts"],
    ["plan --policy policy.yaml --all-accounts --role Audit", "all accounts of the organization, nothing deployed"],
    ["plan --account 111122223333,444455556666 --role Audit --region eu-west-1,us-east-1", "two accounts and Regions"],
  ],
  json: `{ schema: "bucketseal.plan/1", account: string, policy: { file } | { stage, version },
  summary: { buckets: number, [standing]: number }, buckets: Bucket[] }
With accounts: summary has also { accounts: number, refused: number }, and the document
  ${accountsShape}
Bucket: ${judgedShape}`,
  notes: [
    "Exit codes: 0 nothing to do, 2 differences (would change, held, or under a key that cannot be used), 1 an error, or a bucket or an account that could not be read.",
    "Buckets managed by an AWS service (aws:fsx, aws:backup) count as nothing to do.",
    regionsNote,
    roleNote,
  ],
  run: async (args, out) => {
    const concurrency = concurrencyOf(args.concurrency);
    const asked = askedAccounts(args);
    const regions = askedRegions(args);
    const { session, source } = await openForAccounts(args, asked !== null, out);
    if (asked !== null) return planAccounts({ session, source, asked, concurrency }, args, out);
    const [{ account }, found] = await Promise.all([session.identity(), bucketsOf(session, args.bucket)]);
    const refs =
      regions.length > 1
        ? found.filter(({ region }) => regions.includes(region))
        : inOwnRegion(session, source, args, found, out);
    const reader = openReader(session, source.deployment);
    const judged = await judgeBuckets(reader, refs, source.compiled, concurrency, out);
    printJudged(judged, out);
    out.document(planDocument(account, source, judged));
    return exitOf(judged);
  },
});
