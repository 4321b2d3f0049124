import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import { exitOf } from "../buckets/exit-code.ts";
import { judgeAll } from "../buckets/survey.ts";
import { CliError } from "../error.ts";
import type { ExitCode } from "../line/command.ts";
import type { Session } from "../session/session.ts";
import type { OwnRegionArgs } from "../stage/own-region.ts";
import type { PolicySource } from "../stage/policy-source.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import type { AskedAccounts } from "./args.ts";
import { findOwner } from "./find-owner.ts";
import { openAccounts } from "./open-accounts.ts";
import { accountsDocument, printAccounts } from "./render-accounts.ts";
import { stageRegions } from "./stage-regions.ts";
import { surveyAccounts } from "./survey-accounts.ts";

/** What is looked at, by whom, and by which policy. */
export interface AccountsPlan {
  readonly session: Session;
  readonly source: PolicySource;
  readonly asked: AskedAccounts;
  readonly concurrency: number;
}

/** `plan` over several accounts: all their buckets, or one in whichever of them owns it. */
export async function planAccounts(plan: AccountsPlan, args: OwnRegionArgs, out: Output): Promise<ExitCode> {
  const { session, source, asked, concurrency } = plan;
  const open = await openAccounts(session, source, asked, out);
  const regions = wantedRegions(plan, args);
  const elsewhere: BucketRef[] = [];
  const isWanted = (ref: BucketRef) => {
    const wanted = regions === null || regions.includes(ref.region);
    if (!wanted) elsewhere.push(ref);
    return wanted;
  };
  const surveyOne = async (name: string) => {
    const { account, ref, reader } = await findOwner(open, name);
    if (!isWanted(ref)) throw otherRegion(ref, regions ?? []);
    return [{ ...account, refused: null, judged: await judgeAll(reader, [ref], source.compiled, 1, () => undefined) }];
  };
  const surveyed =
    args.bucket === undefined
      ? await surveyAccounts({ open, source, concurrency, isWanted }, out)
      : await surveyOne(args.bucket);
  if (asked.regions === null) noteElsewhere(elsewhere, source, out);
  const { account } = await session.identity();
  printAccounts(surveyed, out);
  out.document(accountsDocument(account, source, surveyed, open.chosen));
  if (surveyed.some(({ refused }) => refused !== null)) return 1;
  return exitOf(surveyed.flatMap(({ judged }) => judged));
}

/** The Regions whose buckets are meant: by `--region`, else the stage's; `null`: all. */
export function wantedRegions(
  { session, source, asked }: Pick<AccountsPlan, "session" | "source" | "asked">,
  args: Pick<OwnRegionArgs, "all-regions">,
): readonly string[] | null {
  if (asked.regions !== null) return asked.regions;
  return source.deployment === null || args["all-regions"] === true ? null : stageRegions(source.deployment, session);
}

/** The error for a bucket that was named and is in none of these Regions. */
export function otherRegion({ bucket, region }: BucketRef, regions: readonly string[]): CliError {
  return new CliError(
    `the bucket "${safe(bucket)}" is in ${region}, not in ${regions.join(", ")}: use --region ${region}`,
    { code: "other-region" },
  );
}

// --- internal ---

function noteElsewhere(elsewhere: readonly BucketRef[], { deployment }: PolicySource, out: Output): void {
  if (elsewhere.length === 0 || deployment === null) return;
  const regions = [...new Set(elsewhere.map(({ region }) => region))].sort();
  out.note(
    `not looked at: ${plural(elsewhere.length, "bucket")} in ${regions.join(", ")}: stage ${safe(deployment.stage)} does not look after ${regions.length === 1 ? "this Region" : "these Regions"} (--all-regions includes them)`,
  );
}
