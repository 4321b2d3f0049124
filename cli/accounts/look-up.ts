import { isRetryable } from "#aws/error";
import type { BucketRef } from "#core/names";
import { accountBuckets } from "../buckets/buckets.ts";
import { explainError } from "../line/explain-error.ts";
import type { Session } from "../session/session.ts";
import type { Doors, Refusal } from "./enter.ts";

/** An account that was entered, with its buckets, or why it was not. */
export type ListedAccount =
  | { readonly refused: null; readonly session: Session; readonly refs: readonly BucketRef[] }
  | { readonly refused: Refusal };

/**
 * Enters an account and lists its buckets. Never throws.
 * @param bucket - that one alone, if the account owns it
 */
export async function listAccount(
  doors: Doors,
  account: string,
  moved: () => void,
  bucket?: string,
): Promise<ListedAccount> {
  const entry = await doors.enter(account);
  if (entry.refused !== null) return entry;
  moved();
  try {
    const refs = await accountBuckets(entry.session, bucket);
    moved();
    return { refused: null, session: entry.session, refs };
  } catch (error) {
    return { refused: notListed(error) };
  }
}

// --- internal ---

function notListed(error: unknown): Refusal {
  const { message } = explainError(error);
  if (isRetryable(error)) {
    return { code: "unreachable", text: `S3 did not list its buckets: ${message}`, advice: "try again" };
  }
  return {
    code: "not-listed",
    text: `its buckets could not be listed: ${message}`,
    advice: "give the role what docs/accounts.md lists, and look for a service control policy that denies it",
  };
}
