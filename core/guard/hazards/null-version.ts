import { replacesObject } from "#core/decide/object/strategy/strategies";
import { clear, type Hazard, hazard, needs, unknown } from "#core/guard/hazard";
import { safe } from "#core/safe";

/**
 * A copy would delete a version: if versioning is suspended, a copy becomes the null version and
 * replaces the one beneath the current version.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
export const nullVersion: Hazard = {
  name: "null-version",
  about: ["object"],
  isAcceptable: false,
  texts: {
    breaks:
      "A copy would delete a version: with versioning suspended, a copy becomes the null version and replaces the one beneath the current version.",
    seen: "`GetBucketVersioning`, and `HeadObject` of the version `null`; only before a copy of a version that has an id.",
    fix: "Enable versioning again, or decide what is to become of the null version and remove it yourself.",
  },
  check: ({ action, seen }, facts) => {
    if (!replacesObject(action) || seen?.versionId === undefined || seen.versionId === "null") return clear;
    if (facts.versioning === undefined) return needs({ fact: "versioning" });
    if (facts.versioning.known && facts.versioning.value === "Enabled") return clear;
    const beneath = facts.nullVersion;
    if (beneath === undefined) return needs({ fact: "nullVersion" });
    if (!beneath.known) {
      const text = `whether a copy would replace an older version could not be read: ${safe(beneath.error.name)}`;
      return unknown("unreadable", text);
    }
    if (beneath.value === null) return clear;
    const text =
      "a copy would replace the null version beneath the current one, since versioning is or may be suspended";
    return hazard("null-version-beneath", text);
  },
};
