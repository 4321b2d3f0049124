import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectReader } from "#core/decide/object/reader";
import type { WantedObjectEncryption } from "#core/encryption";
import type { ObjectTrigger } from "#core/event/trigger";
import type { Fact, FactError } from "#core/fact";
import type { PolicyInForce } from "#core/match/in-force";
import type { ObjectRef } from "#core/names";

/** One object to look at, with every event that asked for it. */
export interface ObjectWork {
  readonly object: ObjectRef;
  readonly triggers: readonly ObjectTrigger[];
}

/** What a write of an object came to. */
export type ObjectWrite =
  /** `versionId` and `etag` of what was written, `sourceVersionId` of what a copy read, where the answer says so. */
  | {
      readonly kind: "written";
      readonly versionId?: string;
      readonly etag?: string;
      readonly sourceVersionId?: string;
    }
  /** 404, 409 or 412: somebody wrote or deleted meanwhile; look again. */
  | { readonly kind: "moved"; readonly error: FactError }
  | { readonly kind: "refused"; readonly error: FactError };

export interface ObjectWriter {
  /** Whether UpdateObjectEncryption may be used here: stores that do not know it replace the object's bytes. */
  readonly updates: boolean;
  /** Whether the stack's copy option granted the rights. */
  readonly copies: boolean;
  /** UpdateObjectEncryption, pinned to the version that was seen. */
  update(object: ObjectRef, seen: ObjectFacts, wanted: WantedObjectEncryption): Promise<ObjectWrite>;
  /**
   * CopyObject of the current object onto itself, both ends conditional on the ETag that was seen; keeps all that S3 would drop. The source names
   * no version: a successor with equal bytes is then copied with its own metadata, not buried under its predecessor's.
   */
  copy(object: ObjectRef, seen: ObjectFacts, wanted: WantedObjectEncryption): Promise<ObjectWrite>;
}

export interface ObjectPorts {
  readonly reader: ObjectReader;
  readonly writer: ObjectWriter;
  readonly policy: () => Promise<PolicyInForce>;
  readonly paused: () => Promise<Fact<string | null>>;
  /** Whether an integrity alarm stopped writes to this bucket: `null`, or what was seen. */
  readonly alarm: (object: ObjectRef) => Promise<Fact<string | null>>;
  /** Stops writes to the bucket until a person looked. */
  readonly raiseAlarm: (object: ObjectRef, what: string) => Promise<void>;
  /** Counts a copy of this key and answers how many there were in the last ten minutes, this one included. */
  readonly countCopy: (object: ObjectRef) => Promise<number>;
  /** Takes back what `countCopy` counted, where nothing was written after all. Absent: attempts count as well. */
  readonly uncountCopy?: (object: ObjectRef) => Promise<void>;
  /** Called once before the first write of an object: records that it is about to be written. */
  readonly intend: (object: ObjectRef) => Promise<void>;
  readonly now: () => number;
}
