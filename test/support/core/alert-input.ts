import type { AlertInput } from "#core/alert/bucket";
import { person } from "../simulation/simulation.ts";
import { aliasArn, keyArn, ref } from "./world.ts";

/** The input of an alert about a bucket that alice changed and Bucketseal changed back. */
export const input: AlertInput = {
  id: "0b8e2f6a",
  now: Date.parse("2026-11-21T08:15:19.200Z"),
  outcome: "changed",
  ref,
  plan: {
    rule: "baseline",
    mode: "enforce",
    before: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
    after: { algorithm: "aws:kms", key: keyArn(1), bucketKey: true, sseC: "SSE-C" },
    declaredKey: aliasArn("s3-default"),
    reasons: [{ code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" }],
  },
  trigger: {
    eventId: "e-1",
    eventName: "PutBucketEncryption",
    eventTime: "2026-11-21T08:15:14Z",
    issuer: null,
    requested: null,
    actor: person("alice"),
  },
};
