import type { AccountRecord } from "#core/org/account-record";
import type { AccountChange } from "#core/org/accounts-standing";
import { safe } from "#core/safe";
import { type DraftInput, draft } from "./draft.ts";
import type { Alert } from "./schema.ts";

/** Builds the one alert about accounts that a sweep found otherwise than before. */
export function buildAccountsAlert(
  input: DraftInput & { readonly records: readonly AccountRecord[]; readonly changed: readonly AccountChange[] },
): Alert {
  const { records, changed } = input;
  const lost = changed.filter(({ record }) => isLost(record));
  return {
    ...draft(input, {
      outcome: lost.length > 0 ? "unreadable" : "left alone",
      severity: lost.length > 0 ? "medium" : "info",
    }),
    reasons: changed.slice(0, MOST).map(sentence),
    next: [
      ...(lost.length > 0
        ? [
            "Nothing is looked at in these accounts. Deploy the member template in each: bucketseal org template; or with StackSets: bucketseal org rollout",
          ]
        : []),
      "See all accounts: bucketseal org status",
    ],
    accounts: {
      counts: Object.fromEntries(
        COUNTED.map((name) => [name, records.filter(({ enrolment }) => enrolment === name).length]),
      ),
      changed: changed.length,
      samples: changed.slice(0, MOST).map(({ record, before }) => ({
        account: record.account,
        name: record.name === null ? null : safe(record.name),
        enrolment: record.enrolment,
        notOptedIn: [...record.notOptedIn],
        before,
      })),
    },
  };
}

/** What happened, for the subject: `12 accounts changed, 3 not reached`. */
export function accountsHappened({ changed, counts }: NonNullable<Alert["accounts"]>): string {
  return `${changed} account${changed === 1 ? "" : "s"} changed, ${notReached(counts)} not reached`;
}

export function accountsHeadline({ changed, counts }: NonNullable<Alert["accounts"]>): string {
  const all = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return `Since the last sweep ${changed} account${changed === 1 ? " has" : "s have"} changed. Now: ${all.join(", ")}.`;
}

// --- internal ---

const COUNTED = ["enrolled", "not enrolled", "unreachable", "suspended"] as const;

/** Accounts that are named. */
const MOST = 20;

const LOST: ReadonlySet<string | null> = new Set(["not enrolled", "unreachable"]);

function isLost({ enrolment }: AccountRecord): boolean {
  return LOST.has(enrolment);
}

function notReached(counts: Readonly<Record<string, number>>): number {
  return Object.entries(counts).reduce((sum, [name, count]) => sum + (LOST.has(name) ? count : 0), 0);
}

function sentence({ record, before }: AccountChange): string {
  const { account, name, enrolment, why, notOptedIn } = record;
  const now = [
    enrolment ?? "not tried yet",
    ...(notOptedIn.length > 0 ? [`not opted in to ${notOptedIn.join(", ")}`] : []),
  ];
  const because = why === null ? "" : ` (${safe(why)})`;
  const was = before === null ? "" : `, before: ${before}`;
  return `${account}${name === null ? "" : ` ${safe(name)}`}: ${now.join(", ")}${because}${was}`;
}
