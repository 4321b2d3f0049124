import type { AccountRecord } from "./account-record.ts";

/** How each account stands that is not simply enrolled, by its id: what was told of it last. */
export type AccountStandings = Readonly<Record<string, string>>;

/** An account whose standing differs from what was told. */
export interface AccountChange {
  readonly record: AccountRecord;
  /** What was told before; `null`: nothing, it was not heard of or is enrolled. */
  readonly before: string | null;
}

/** How accounts stand now, and which of them stand otherwise than was told. */
export function accountsStanding(
  records: readonly AccountRecord[],
  told: AccountStandings,
): { readonly standing: AccountStandings; readonly changed: readonly AccountChange[] } {
  const standing: Record<string, string> = {};
  const changed: AccountChange[] = [];
  for (const record of records) {
    const now = standingOf(record);
    const before = told[record.account] ?? null;
    if (now !== null) standing[record.account] = now;
    if (now !== before) changed.push({ record, before });
  }
  return { standing, changed };
}

// --- internal ---

/** `null`: there is nothing to tell of it. */
function standingOf({ enrolment, notOptedIn }: AccountRecord): string | null {
  const parts = [
    ...(enrolment === null || enrolment === "enrolled" ? [] : [enrolment]),
    ...(notOptedIn.length === 0 ? [] : [`not opted in: ${notOptedIn.join(", ")}`]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}
