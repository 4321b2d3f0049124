import type { KeyFacts } from "#core/key/key";
import type { Reason } from "#core/reason/reason";
import type { BucketEncryption, WantedEncryption } from "./encryption.ts";
import type { Fact } from "./fact.ts";
import type { BucketRef } from "./names.ts";
import type { Mode, Verdict } from "./outcome.ts";

/**
 * Everything `decide` looks at. An absent fact has not been looked at yet: `decide` asks for it only if the answer depends on it.
 */
export interface Facts {
  /** Milliseconds since the epoch; the clock is a fact. */
  readonly now: number;
  readonly ref: BucketRef;
  /** `null`: the bucket is gone. */
  readonly encryption?: Fact<BucketEncryption | null>;
  readonly tags?: Fact<Readonly<Record<string, string>>>;
  /** Ids of the account's organizational units and root, nearest first. */
  readonly ous?: Fact<readonly string[]>;
  /** DescribeKey by the ARN asked for (key ARN or alias ARN); `null`: there is no such key. */
  readonly keys: ReadonlyMap<string, Fact<KeyFacts | null>>;
  /** What an alias ARN resolved to when it was first used; `null`: not recorded yet. */
  readonly pins: ReadonlyMap<string, Fact<string | null>>;
}

/** A fact that the answer depends on and that nobody has looked at yet. */
export type Need =
  | { readonly fact: "encryption" }
  | { readonly fact: "tags" }
  | { readonly fact: "ous" }
  | { readonly fact: "key"; readonly arn: string }
  | { readonly fact: "pin"; readonly alias: string };

export type Decision =
  | { readonly kind: "needs"; readonly needs: readonly Need[] }
  | { readonly kind: "plan"; readonly plan: Plan };

/** A plan is data. `hold` carries the `after` that it holds back, where there is one. */
export interface Plan {
  readonly action: "none" | "write" | "hold";
  readonly verdict: Verdict;
  readonly rule: string | null;
  readonly exemption: string | null;
  /** The rule's own mode; `observe` where no rule applies. What is really done, `reconcile` decides. */
  readonly mode: Mode;
  readonly before: BucketEncryption | null;
  readonly after: WantedEncryption | null;
  /** The declared key as the policy spells it for this bucket (key ARN or alias ARN), for the guard. */
  readonly declaredKey: string | null;
  readonly reasons: readonly Reason[];
}
