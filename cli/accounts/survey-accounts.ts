import type { OrgAccount } from "#aws/organizations/accounts";
import type { BucketRef } from "#core/names";
import type { Judged } from "../buckets/judge-bucket.ts";
import { judgeAll } from "../buckets/survey.ts";
import type { PolicySource } from "../stage/policy-source.ts";
import type { Output } from "../terminal/output.ts";
import { startProgress } from "../terminal/progress.ts";
import { openDirectory } from "./directory.ts";
import type { Refusal } from "./enter.ts";
import { inLanes, LANES } from "./lanes.ts";
import { listAccount } from "./look-up.ts";
import type { OpenAccounts } from "./open-accounts.ts";

/** What was found in one account, or why nothing could be looked at. */
export interface SurveyedAccount extends OrgAccount {
  readonly judged: readonly Judged[];
  readonly refused: Refusal | null;
}

/** How the accounts of a run are looked at. */
export interface AccountsSurvey {
  readonly open: OpenAccounts;
  readonly source: PolicySource;
  /** Parallel calls in each account. */
  readonly concurrency: number;
  /** Which of an account's buckets are looked at. */
  readonly isWanted: (ref: BucketRef) => boolean;
}

/** Looks at the accounts side by side; one that cannot be looked at is a result, too. */
export async function surveyAccounts(
  { open, source, concurrency, isWanted }: AccountsSurvey,
  out: Output,
): Promise<SurveyedAccount[]> {
  const { accounts } = open.chosen;
  const { describe } = openDirectory(open.session);
  const progress = startProgress("accounts", accounts.length, out);
  try {
    return await inLanes(accounts, LANES, async (account, moved) => {
      const [listed, described] = await Promise.all([listAccount(open.doors, account.id, moved), describe(account)]);
      if (listed.refused !== null) {
        progress.tick();
        return refusedAccount(described, listed.refused);
      }
      const reader = open.readerIn(account.id, listed.session);
      const refs = listed.refs.filter(isWanted);
      const judged = await judgeAll(reader, refs, source.compiled, concurrency, moved);
      progress.tick();
      return { ...described, judged, refused: null };
    });
  } finally {
    progress.end();
  }
}

// --- internal ---

function refusedAccount(account: OrgAccount, refused: Refusal): SurveyedAccount {
  const { state } = account;
  if (state === null || state === "ACTIVE") return { ...account, judged: [], refused };
  const text = `the account is ${state}: AWS lets nobody work in it`;
  const advice = "leave it out, or have AWS Support activate it again";
  return { ...account, judged: [], refused: { code: "not-active", text, advice } };
}
