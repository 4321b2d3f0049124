import type { FactChange } from "#core/decide/ask";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectReader } from "#core/decide/object/reader";
import type { Fact } from "#core/fact";
import type { KeyAccess } from "#core/iam/can-use-key";
import type { PolicyDocument } from "#core/iam/document";
import type { KeyFacts } from "#core/key/key";
import type { BucketRef, ObjectRef } from "#core/names";
import type { GuardReader, HazardReader } from "./reader.ts";

/** The subject of a plan: a bucket, or an object with its bucket. */
export interface Guarded {
  readonly ref: BucketRef;
  readonly object?: ObjectRef;
  /** The keys of the policy, by their names. */
  readonly policyKeys: Readonly<Record<string, string>>;
}

/**
 * Reads that take nothing but the bucket. Each is a fact of the same name, so a hazard that depends
 * on another one adds it to the reader only.
 */
type BucketReads = Omit<HazardReader, "keyPolicy" | "keyGrants"> & Pick<ObjectReader, "versioning">;

type BucketFacts = { readonly [K in keyof BucketReads]?: Awaited<ReturnType<BucketReads[K]>> };

/** The input of hazards. An absent fact has not been read yet. */
export interface GuardFacts extends Guarded, BucketFacts {
  /**
   * DescribeKey by the requested ARN, possibly cached by the reader; `null`: there is no such key.
   */
  readonly keys: ReadonlyMap<string, Fact<KeyFacts | null>>;
  /** The same, read just now. */
  readonly freshKeys: ReadonlyMap<string, Fact<KeyFacts | null>>;
  /** The policies of keys of the bucket's account, by key ARN. */
  readonly keyPolicies: ReadonlyMap<string, Fact<PolicyDocument>>;
  readonly keyGrants: ReadonlyMap<string, Fact<KeyAccess["grants"]>>;
  /** The null version of the object's key; `null`: there is none. */
  readonly nullVersion?: Fact<ObjectFacts | null>;
  /** Whether a multipart upload of the object's key is in progress. */
  readonly uploading?: Fact<boolean>;
}

/** A fact that a hazard depends on and that has not been read yet. */
export type GuardNeed =
  | { readonly fact: "key" | "freshKey" | "keyPolicy" | "keyGrants"; readonly arn: string }
  | { readonly fact: keyof BucketReads | "nullVersion" | "uploading" };

/** Facts with nothing read yet. */
export function unlooked(guarded: Guarded): GuardFacts {
  return { ...guarded, keys: new Map(), freshKeys: new Map(), keyPolicies: new Map(), keyGrants: new Map() };
}

/** Reads one requested fact; returns how to add it to the others. */
export async function lookFor(
  reader: GuardReader,
  { ref, object = { bucket: ref, key: "" } }: Guarded,
  need: GuardNeed,
): Promise<FactChange<GuardFacts>> {
  switch (need.fact) {
    case "key": {
      const key = await reader.key(ref, need.arn, false);
      return (before) => ({ ...before, keys: new Map([...before.keys, [need.arn, key]]) });
    }
    case "freshKey": {
      const key = await reader.key(ref, need.arn, true);
      return (before) => ({ ...before, freshKeys: new Map([...before.freshKeys, [need.arn, key]]) });
    }
    case "keyPolicy": {
      const policy = (await reader.keyPolicy?.(ref, need.arn)) ?? UNREADABLE;
      return (before) => ({ ...before, keyPolicies: new Map([...before.keyPolicies, [need.arn, policy]]) });
    }
    case "keyGrants": {
      const grants = (await reader.keyGrants?.(ref, need.arn)) ?? UNREADABLE;
      return (before) => ({ ...before, keyGrants: new Map([...before.keyGrants, [need.arn, grants]]) });
    }
    case "nullVersion": {
      const nullVersion = (await reader.head?.({ ...object, versionId: "null" })) ?? UNREADABLE;
      return (before) => ({ ...before, nullVersion });
    }
    case "uploading": {
      const uploading = (await reader.uploading?.(object)) ?? UNREADABLE;
      return (before) => ({ ...before, uploading });
    }
    default: {
      const value = (await reader[need.fact]?.(ref)) ?? UNREADABLE;
      return (before) => ({ ...before, [need.fact]: value });
    }
  }
}

// --- internal ---

/** The fact stays unknown: this reader has no call for it. */
const UNREADABLE = { known: false, error: { name: "NotRead", message: "this reader cannot read it" } } as const;
