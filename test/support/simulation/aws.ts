import type { Alert } from "#core/alert/schema";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import { type BucketState, type Intent, unseen } from "#core/ledger/state";
import type { PolicyInForce } from "#core/match/in-force";
import { denied, keyFacts, known } from "../core/world.ts";

/** A successful PutBucketEncryption of Bucketseal. */
export interface Write {
  readonly at: number;
  /** The bucket's configuration at that moment. */
  readonly over: BucketEncryption | null;
  readonly wanted: WantedEncryption;
  /** The intent in the ledger at that moment. */
  readonly intent: Intent | null;
}

/** What a change to KMS would break; `unseen`: whether anything does cannot be read. */
export type Dependent = "nothing" | "replication" | "readers" | "logs" | "unseen";

/** One account with one bucket, as AWS holds it: the whole truth, whether it can be read or not. */
export class Aws {
  /**
   * The bucket's configurations with their times (`null`: there is no bucket); the last one is true
   * now.
   */
  readonly history: { readonly at: number; readonly encryption: BucketEncryption | null }[];
  readonly tagHistory: { readonly at: number; readonly tags: Readonly<Record<string, string>> }[];
  readonly writes: Write[] = [];
  readonly published: { readonly at: number; readonly alert: Alert }[] = [];
  /** Key ARNs and alias ARNs with the keys they name. */
  readonly keys = new Map<string, KeyFacts>();
  readonly pins = new Map<string, string>();
  state: BucketState = unseen;
  inForce: PolicyInForce;
  paused: Fact<string | null> = known(null);
  /** Whether the bucket can be read, and written: a bucket policy may deny either. */
  readable = true;
  writable = true;
  snsWorks = true;
  /** What depends on the bucket's encryption, or that nobody may see it; with its times. */
  readonly dependents: { readonly at: number; readonly what: Dependent }[] = [{ at: 0, what: "nothing" }];
  /** When a person closed the breaker. */
  resumed: string | null = null;
  /** Called with every state that was saved. */
  onSaved: (state: BucketState) => void = () => undefined;

  constructor(inForce: PolicyInForce, encryption: BucketEncryption | null) {
    this.inForce = inForce;
    this.history = [{ at: 0, encryption }];
    this.tagHistory = [{ at: 0, tags: {} }];
  }

  get encryption(): BucketEncryption | null {
    return this.history.at(-1)?.encryption ?? null;
  }

  /** The result of a read that is served by the state of `at`. */
  encryptionAt(at: number): Fact<BucketEncryption | null> {
    if (!this.readable) return denied;
    return known(this.history.findLast((state) => state.at <= at)?.encryption ?? null);
  }

  tagsAt(at: number): Fact<Readonly<Record<string, string>>> {
    return this.readable ? known(this.tagHistory.findLast((state) => state.at <= at)?.tags ?? {}) : denied;
  }

  set(at: number, encryption: BucketEncryption | null): void {
    this.history.push({ at, encryption });
  }

  addKey(arn: string, changes: Partial<KeyFacts> = {}, ...aliases: readonly string[]): void {
    for (const name of [arn, ...aliases]) this.keys.set(name, keyFacts(arn, changes));
  }

  /** The conditional write of the ledger; it is consistent. */
  save(state: BucketState): BucketState | null {
    if (state.rev !== this.state.rev) return null;
    // As DynamoDB keeps it: text.
    this.state = JSON.parse(JSON.stringify({ ...state, rev: state.rev + 1 })) as BucketState;
    this.onSaved(this.state);
    return this.state;
  }
}
