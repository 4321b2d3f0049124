import { cut } from "#core/cut";
import { safe } from "#core/safe";
import { judgedDocument } from "../buckets/judged-document.ts";
import { countStandings, judgedLines, summaryLine } from "../buckets/render-judged.ts";
import type { PolicySource } from "../stage/policy-source.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { printable } from "../terminal/printable.ts";
import { COLUMNS } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";
import type { ChosenAccounts } from "./choose.ts";
import type { SurveyedAccount } from "./survey-accounts.ts";

/** The additions to the JSON document of `plan` where accounts were asked for, as TypeScript. */
export const accountsShape = `accounts: { account: string, name: string | null, buckets: number, refused: null |
    { code: "not-entered" | "not-active" | "not-listed" | "unreachable", text: string, advice: string } }[],
  inactive: { account: string, name: string | null, state: string }[]   // left out of --all-accounts and --ou`;

/** Prints a group for each account, then a summary over all of them. */
export function printAccounts(surveyed: readonly SurveyedAccount[], out: Output): void {
  const lines = surveyed.flatMap((account) => [...accountLines(account, out), ""]);
  const refused = surveyed.filter((each) => each.refused !== null).length;
  const all = surveyed.flatMap(({ judged }) => judged);
  const missing = refused === 0 ? "" : out.paint("red", `, ${refused} of them could not be looked at`);
  out.line([...lines, `${plural(surveyed.length, "account")}${missing}`, summaryLine(all)].join("\n"));
}

/** An account's heading: its id and name in a line. */
function accountHeading({ id, name }: Pick<SurveyedAccount, "id" | "name">, out: Output): string {
  return out.paint("bold", cut(`account ${id}${name === null ? "" : `  ${safe(name)}`}`, COLUMNS));
}

/** The JSON document of `plan` over several accounts. */
export function accountsDocument(
  account: string,
  source: PolicySource,
  surveyed: readonly SurveyedAccount[],
  { inactive }: Pick<ChosenAccounts, "inactive">,
): Record<string, unknown> {
  const judged = surveyed.flatMap((each) => each.judged);
  return {
    schema: "bucketseal.plan/1",
    account,
    policy: source.origin,
    summary: {
      accounts: surveyed.length,
      refused: surveyed.filter(({ refused }) => refused !== null).length,
      buckets: judged.length,
      ...countStandings(judged),
    },
    accounts: surveyed.map(({ id, name, judged: own, refused }) => ({
      account: id,
      name,
      buckets: own.length,
      refused,
    })),
    inactive: inactive.map(({ id, name, state }) => ({ account: id, name, state })),
    buckets: judged.map(judgedDocument),
  };
}

// --- internal ---

function accountLines(account: SurveyedAccount, out: Output): string[] {
  const heading = accountHeading(account, out);
  const { refused, judged } = account;
  if (refused === null) return [heading, ...judgedLines(judged, out)];
  const [first = "", ...rest] = wrap(printable(refused.text), "    ", COLUMNS);
  const mark = out.paint("red", "?");
  return [heading, `  ${mark} ${first.trimStart()}`, ...rest, ...wrap(`to do: ${refused.advice}`, "    ", COLUMNS)];
}
