import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import { acceptKeyWords } from "./accept-key.ts";
import { bucketCommands } from "./bucket-commands.ts";
import { type ReasonCode, reasons, rowOf } from "./reason.ts";
import type { Advice, AdviceWords, ReasonRow } from "./row.ts";

/** The names that advice mentions. */
export interface AdviceContext {
  readonly ref: BucketRef;
  /** Whether it is in another account or Region than the stage's own. */
  readonly isMember?: boolean | undefined;
  readonly rule: string | null;
  /** As the policy names it for this bucket. */
  readonly declaredKey: string | null;
  /** The alert's id; absent: the advice is shown outside of one. */
  readonly alert?: string;
  /** ISO 8601: when objects were written that a person may have to look after. */
  readonly written?: { readonly since: string | null; readonly until: string | null } | null;
}

/**
 * What to do next about a bucket: one sentence per reason that requires action, most urgent first,
 * then the outcome's own.
 */
export function adviceFor(outcome: Outcome, codes: readonly ReasonCode[], context: AdviceContext): readonly string[] {
  const words = wordsOf(context);
  return [...spoken(codes, words, (row) => row.next), ...(BY_OUTCOME[outcome]?.(words) ?? [])];
}

/**
 * What to do next about a bucket's objects: one sentence per reason that requires action, most
 * urgent first. Advice shared by buckets and objects, such as for a disabled key, comes last: the
 * bucket's own alert has it too.
 */
export function adviceForObjects(codes: readonly ReasonCode[], context: AdviceContext): readonly string[] {
  const words = wordsOf(context);
  const isOwn = (code: ReasonCode) => rowOf(code)?.nextForObjects !== undefined;
  const others = codes.filter((code) => !isOwn(code));
  return [...spoken(codes, words, (row) => row.nextForObjects), ...spoken(others, words, (row) => row.next)];
}

// --- internal ---

const BY_OUTCOME: Readonly<Partial<Record<Outcome, (words: AdviceWords) => readonly string[]>>> = {
  changed: ({ rule, bucket, alert, member }) => [
    `Nothing to do. If the earlier state was intended, change ${rule} or add an exemption; otherwise Bucketseal will undo it again.`,
    "If the caller did not intend this call, find out what else was done with these credentials.",
    member === null
      ? `To restore what was there before for a day, run: bucketseal rollback ${bucket}${alert === undefined ? "" : ` --to ${alert}`} --reason "WHY"`
      : `To restore what was there before, add an exemption for ${bucket} to the policy and push it, then set the bucket by hand in account ${member}: a rollback is for buckets of the hub's own account and Region.`,
  ],
  contested: ({ commands }) => [
    `Find out who or what keeps changing the bucket and stop one of the two, then run: ${commands.resume}`,
  ],
  failed: ({ commands }) => [`Once the cause is fixed, run: ${commands.repair}`],
};

function wordsOf({ ref, isMember = false, rule, declaredKey, alert, written = null }: AdviceContext): AdviceWords {
  const { since = null, until = null } = written ?? {};
  const commands = bucketCommands(ref, isMember);
  return {
    alert,
    commands,
    backfill: commands.backfill({ since, until }),
    member: isMember ? ref.account : null,
    rule: rule === null ? "the rule" : `rule ${rule}`,
    key: declaredKey ?? "the declared key",
    accept: acceptKeyWords(ref, declaredKey, isMember),
    bucket: ref.bucket,
    place: `account ${ref.account}, ${ref.region}`,
  };
}

/** The advice of the codes that have any. */
function spoken(
  codes: readonly ReasonCode[],
  words: AdviceWords,
  adviceOf: (row: ReasonRow) => Advice | undefined,
): readonly string[] {
  const entries: [string, ReasonRow][] = Object.entries(reasons);
  return entries.flatMap(([code, row]) => (codes.some((each) => each === code) ? (adviceOf(row)?.(words) ?? []) : []));
}
