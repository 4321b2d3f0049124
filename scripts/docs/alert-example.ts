import { buildAlert } from "#core/alert/bucket";
import type { Alert } from "#core/alert/schema";
import { alertText } from "#core/alert/text";

/** The example alert about alice and the invoices, as email text and as JSON. */
export function alertExample(): string {
  const alert = example();
  return `\`\`\`text\n${alertText(alert).trimEnd()}\n\`\`\`\n\n\`\`\`json\n${JSON.stringify(alert, null, 2)}\n\`\`\``;
}

// --- internal ---

function example(): Alert {
  const key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  return buildAlert({
    id: "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
    now: Date.parse("2026-11-21T08:15:20.200Z"),
    outcome: "changed",
    ref: { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "invoices" },
    plan: {
      rule: "baseline",
      mode: "enforce",
      before: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
      after: { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" },
      declaredKey: "arn:aws:kms:eu-west-1:111122223333:alias/s3-default",
      reasons: [{ code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" }],
    },
    trigger: {
      eventId: "a1b2c3d4-5678-90ab-cdef-EXAMPLE22222",
      eventName: "DeleteBucketEncryption",
      eventTime: "2026-11-21T08:15:14Z",
      issuer: null,
      requested: null,
      actor: {
        type: "IAMUser",
        arn: "arn:aws:iam::111122223333:user/alice",
        accountId: "111122223333",
        session: null,
        sourceIdentity: null,
        sourceIp: "198.51.100.7",
        invokedBy: null,
      },
    },
  });
}
