import { clear, type Hazard, hazard, needs, unreadFact } from "#core/guard/hazard";

/**
 * Somebody uploads with keys of their own, which the bucket allows: once SSE-C is blocked, S3
 * refuses these uploads.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
 */
export const sseCWriters: Hazard = {
  name: "sse-c-writers",
  about: ["bucket"],
  isAcceptable: true,
  texts: {
    breaks:
      "S3 answers uploads with customer-provided keys (SSE-C) with 403 as soon as the bucket blocks them. Whoever has always uploaded so fails from the change on.",
    seen: "Bucketseal's own ledger: an object of the bucket was seen under SSE-C, by its event or by a look, within eight days. Where the bucket's objects are not looked after (`objects`), nobody sees it.",
    fix: "Find out who uploads so, by the alert about the bucket's objects: a program to be changed, or somebody who locks the owner out of the data. The hold ends eight days after the last such upload.",
    accept: "Those uploads are to be refused, as after an attack with keys that only the attacker holds.",
  },
  check: ({ before, after }, { sseCWrites: seen }) => {
    if (after?.sseC !== "SSE-C" || before?.sseC === "SSE-C") return clear;
    if (seen === undefined) return needs({ fact: "sseCWrites" });
    if (!seen.known) return unreadFact("somebody writes with SSE-C", seen.error, "dynamodb:GetItem on the ledger");
    if (seen.value === null) return clear;
    return hazard(
      "sse-c-writers",
      `SSE-C writers: an object was written with SSE-C at ${seen.value}, which the block would refuse`,
    );
  },
};
