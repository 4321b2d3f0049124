import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectReader } from "#core/decide/object/reader";
import type { ObjectRef } from "#core/names";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/**
 * What speaks against copying the current version onto itself because of what lies beneath it: where versioning is suspended, a copy becomes the
 * null version and replaces the one that is there, which would delete a version. `null`: nothing would be lost.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
export async function nullVersionHazard(
  reader: Pick<ObjectReader, "head" | "versioning">,
  object: ObjectRef,
  seen: ObjectFacts,
): Promise<Reason | null> {
  if (seen.versionId === undefined || seen.versionId === "null") return null;
  const versioning = await reader.versioning?.(object.bucket);
  if (versioning?.known === true && versioning.value === "Enabled") return null;
  const beneath = await reader.head({ ...object, versionId: "null" });
  if (!beneath.known) {
    const text = `whether a copy would replace an older version could not be read: ${safe(beneath.error.name)}`;
    return { code: "unreadable", text };
  }
  if (beneath.value === null) return null;
  const text = "a copy would replace the null version beneath the current one, since versioning is or may be suspended";
  return { code: "null-version-beneath", text };
}
