import type { KeyFacts } from "#core/key/key";
import type { PolicyInForce } from "#core/match/in-force";
import type { Alert } from "./alert.ts";
import type { BucketEncryption, WantedEncryption } from "./encryption.ts";
import type { Fact, FactError } from "./fact.ts";
import type { BucketRef } from "./names.ts";
import type { BucketState } from "./state.ts";

/** A bucket as S3, KMS and Organizations show it. Every function throws what may pass and answers the rest as a fact. */
export interface BucketReader {
  encryption(ref: BucketRef): Promise<Fact<BucketEncryption | null>>;
  tags(ref: BucketRef): Promise<Fact<Readonly<Record<string, string>>>>;
  ous(ref: BucketRef): Promise<Fact<readonly string[]>>;
  /** `fresh`: asked now, not remembered. */
  key(ref: BucketRef, arn: string, fresh: boolean): Promise<Fact<KeyFacts | null>>;
  /** What an alias resolved to when it was first used; the first question records it. `null`: pins are not kept here. */
  pin(ref: BucketRef, alias: string): Promise<Fact<string | null>>;
}

export interface BucketWriter {
  put(
    ref: BucketRef,
    wanted: WantedEncryption,
  ): Promise<
    { readonly kind: "written" } | { readonly kind: "gone" } | { readonly kind: "refused"; readonly error: FactError }
  >;
}

export interface Ledger {
  read(ref: BucketRef): Promise<BucketState>;
  /** Writes `state` if nobody wrote since `state.rev` was read; answers the new revision, or `null` if somebody did. */
  save(ref: BucketRef, state: BucketState): Promise<BucketState | null>;
}

export interface Ports {
  readonly reader: BucketReader;
  readonly writer: BucketWriter;
  readonly ledger: Ledger;
  readonly policy: () => Promise<PolicyInForce>;
  /** Whether writes are paused: `null` if they are not, else by whom and why; not known: they are not allowed. */
  readonly paused: () => Promise<Fact<string | null>>;
  readonly publish: (alert: Alert) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A new id for an intent and its alert. */
  readonly newId: () => string;
  /** Whether this actor is one of Bucketseal's own roles. */
  readonly isOwn: (actorArn: string | null) => boolean;
}
