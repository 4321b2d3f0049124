import { replacesObject } from "#core/decide/object/strategy/strategies";
import type { GuardFacts } from "#core/guard/facts";
import { clear, type GuardedPlan, type Hazard, hazard, needs, unknown } from "#core/guard/hazard";
import { safe } from "#core/safe";

/**
 * A copy would hide the result of an upload: S3 dates a multipart upload by its start, so one that
 * ends after the copy is older than the copy and never seen. The check is only useful right before
 * the copy.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuconcurrentops
 */
export const uploadUnderWay = {
  name: "upload-under-way",
  about: ["object"],
  isAcceptable: false,
  texts: {
    breaks:
      "A copy would hide the result of an upload: S3 dates a multipart upload by its start, so one that ends after the copy is older than the copy.",
    seen: "`ListMultipartUploads` of the object's key, right before a copy.",
    fix: "Nothing: the object is looked at again when the upload has ended. Abort an upload that nobody will finish.",
  },
  check: ({ action }: GuardedPlan, { uploading }: GuardFacts) => {
    if (!replacesObject(action)) return clear;
    if (uploading === undefined) return needs({ fact: "uploading" });
    if (!uploading.known) {
      const text = `whether a multipart upload is under way could not be read: ${safe(uploading.error.name)}`;
      return unknown("unreadable", text);
    }
    if (!uploading.value) return clear;
    const text = "a multipart upload of this key is under way: a copy made now would be newer and hide its result";
    return hazard("upload-under-way", text);
  },
} as const satisfies Hazard;
