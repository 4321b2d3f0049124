import { absoluteKey } from "#core/key/spelling";
import { keyArnOf } from "#core/key/template";
import type { BucketState } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import { unresolved } from "#core/outcome";
import type { Policy } from "#core/policy/policy";

/** The buckets that depend on a key. */
export interface Dependents {
  /** Buckets whose default it is now. */
  readonly using: number;
  /** Buckets that are to be encrypted under it and are not yet. */
  readonly declared: number;
  /** Those of both that wait for something, such as this key. */
  readonly waiting: readonly BucketRef[];
}

export const noDependents: Dependents = { using: 0, declared: 0, waiting: [] };

/** A bucket as the ledger knows it. */
export interface KnownBucketState {
  readonly ref: BucketRef;
  readonly outcome: string | null;
  readonly state: Pick<BucketState, "rule" | "observed">;
}

/** The dependents with one more bucket, if it is managed and depends on the key. */
export function withBucket(
  dependents: Dependents,
  names: ReadonlySet<string>,
  policy: Policy,
  { ref, outcome, state }: KnownBucketState,
): Dependents {
  if (outcome === "gone" || state.rule === null) return dependents;
  const { observed } = state;
  const isUsing = observed?.key !== undefined && names.has(absoluteKey(observed.key, ref));
  const isDeclared = !isUsing && names.has(`${declaredFor(policy, state.rule, ref)}`);
  if (!isUsing && !isDeclared) return dependents;
  const { using, declared, waiting } = dependents;
  return {
    using: using + (isUsing ? 1 : 0),
    declared: declared + (isDeclared ? 1 : 0),
    waiting: WAITING.has(`${outcome}`) ? [...waiting, ref] : waiting,
  };
}

// --- internal ---

const WAITING: ReadonlySet<string> = new Set([...unresolved].filter((outcome) => outcome !== "contested"));

/** The key that a rule declares for a bucket, as the policy spells it; `null`: none. */
function declaredFor(policy: Policy, rule: string, ref: BucketRef): string | null {
  const key = policy.rules.find(({ id }) => id === rule)?.encryption.key;
  return key === undefined ? null : keyArnOf(policy, key, ref);
}
