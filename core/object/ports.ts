import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectReader } from "#core/decide/object/reader";
import type { StrategyName } from "#core/decide/object/strategy/strategies";
import type { Receipt } from "#core/decide/object/strategy/strategy";
import type { WantedObjectEncryption } from "#core/encryption";
import type { ObjectTrigger } from "#core/event/trigger";
import type { Fact, FactError } from "#core/fact";
import type { HazardReader } from "#core/guard/reader";
import type { PolicyInForce } from "#core/match/in-force";
import type { ObjectRef } from "#core/names";
import type { Reason } from "#core/reason/reason";

/** One object to look at, with every event that triggered it. */
export interface ObjectWork {
  readonly object: ObjectRef;
  readonly triggers: readonly ObjectTrigger[];
  /** It is there already, and no event tells of it: the rule's `atRest` counts. */
  readonly atRest?: boolean;
}

/** The result of a write of an object. */
export type ObjectWrite =
  | Receipt
  /** 404, 409 or 412: someone wrote or deleted it meanwhile; look again. */
  | { readonly kind: "moved"; readonly error: FactError }
  | { readonly kind: "refused"; readonly error: FactError }
  /** Nothing was written: the object is left as it is, and why. */
  | { readonly kind: "held"; readonly reason: Reason }
  /** Nothing is replaced yet: the work goes on with the next look. `text` says how far it is. */
  | { readonly kind: "unfinished"; readonly text: string };

/** The call that a strategy makes. */
interface StrategyWriter {
  /** Whether the call may be made here. */
  readonly isAvailable: boolean;
  /** Writes `object`, which names the version that was seen, only if it is unchanged. */
  write(object: ObjectRef, seen: ObjectFacts, wanted: WantedObjectEncryption): Promise<ObjectWrite>;
}

/** The calls of all strategies by name. */
export type ObjectWriter = Readonly<Record<StrategyName, StrategyWriter>>;

/** The ports of the object loop. */
export interface ObjectPorts {
  readonly reader: ObjectReader & HazardReader;
  readonly writer: ObjectWriter;
  readonly policy: () => Promise<PolicyInForce>;
  /** As for buckets. */
  readonly paused: (fresh?: boolean) => Promise<Fact<string | null>>;
  /**
   * Whether an integrity alarm stopped writes to this bucket: `null` if not, else what was seen.
   */
  readonly alarm: (object: ObjectRef) => Promise<Fact<string | null>>;
  /** Stops writes to the bucket until a person has looked. */
  readonly raiseAlarm: (object: ObjectRef, what: string) => Promise<void>;
  /** Counts a write of this key; returns the number in the last ten minutes, this one included. */
  readonly countCopy: (object: ObjectRef) => Promise<number>;
  /** Takes back a count of `countCopy` if nothing was written. */
  readonly uncountCopy: (object: ObjectRef) => Promise<void>;
  /** Records that an object is about to be written, and how: once, before its first write. */
  readonly intend: (object: ObjectRef, how: StrategyName) => Promise<void>;
  readonly now: () => number;
  /** Where copies in parts are allowed, the largest object that is copied in one; absent: 5 GB. */
  readonly mostBytes?: number | undefined;
}
