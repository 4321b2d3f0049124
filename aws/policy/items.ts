/** The items of the policy table: the pointer and the versions. */

import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** The pointer: which version is in force, and what it must hash to. */
export interface PolicyPointer {
  readonly version: number;
  /** SHA-256 of the document's UTF-8 bytes, in hex. */
  readonly sha256: string;
  /** Number of rules. */
  readonly rules: number;
  /** ARN of the principal that pushed or rolled back. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * An immutable version. `document` is the validated policy as JSON, which functions use; `source`
 * is the YAML as it was pushed.
 */
export interface PolicyVersion {
  readonly version: number;
  readonly sha256: string;
  readonly rules: number;
  readonly by: string;
  readonly at: string;
  readonly document: string;
  readonly source: string;
}

/**
 * A version that is not what its hash says: it was changed behind the pointer. Nothing may be
 * written by it.
 */
export class PolicyTampered extends Error {
  override readonly name = "PolicyTampered";
}

/** The key of the pointer. */
export const POINTER = { pk: { S: "POLICY" }, sk: { S: "CURRENT" } };

/** The key of a version; sorted as text, versions are in order. */
export function versionKey(version: number): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: "POLICY" }, sk: { S: `VERSION#${String(version).padStart(8, "0")}` } };
}

/** The attributes of a pointer, which a version has beside its texts. */
export function attributesOf(pointer: PolicyPointer): Record<string, AttributeValue> {
  return {
    version: { N: String(pointer.version) },
    sha256: { S: pointer.sha256 },
    rules: { N: String(pointer.rules) },
    by: { S: pointer.by },
    at: { S: pointer.at },
  };
}

export function pointerOf(item: Record<string, AttributeValue>): PolicyPointer {
  return {
    version: Number(item.version?.N),
    sha256: item.sha256?.S ?? "",
    rules: Number(item.rules?.N ?? 0),
    by: item.by?.S ?? "",
    at: item.at?.S ?? "",
  };
}

/** SHA-256 in hex. */
export function hash(document: string): string {
  return createHash("sha256").update(document, "utf8").digest("hex");
}

/**
 * The text in a compressed attribute.
 * @throws PolicyTampered if there is none.
 */
export function unzip(attribute: AttributeValue | undefined, version: number): string {
  try {
    return gunzipSync(attribute?.B ?? new Uint8Array()).toString("utf8");
  } catch (error) {
    throw new PolicyTampered(`version ${version} cannot be decompressed`, { cause: error });
  }
}
