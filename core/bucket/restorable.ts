import { type BucketEncryption, isAlgorithm, strengthOf, usesKey, type WantedEncryption } from "#core/encryption";
import { safe } from "#core/safe";

/** What can be written to restore a recorded configuration, or why it cannot be. */
type Restorable =
  | { readonly kind: "restorable"; readonly wanted: WantedEncryption }
  | { readonly kind: "lost"; readonly why: string };

/**
 * The write that restores what was once observed. A write states everything, so what the bucket
 * left open becomes what S3 took it for; a key is still spelled as it was.
 */
export function restorable(recorded: BucketEncryption | null): Restorable {
  if (recorded === null) return lost("it does not say what the bucket showed");
  const { algorithm = "AES256", key, bucketKey, sseC } = recorded;
  if (!isAlgorithm(algorithm)) return lost(`an AWS service manages ${safe(algorithm)}, and nobody can write it`);
  if (key !== undefined && CUT.test(key)) return lost("the name of its key is longer than any, and was not recorded");
  return {
    kind: "restorable",
    wanted: {
      algorithm,
      ...(usesKey(algorithm) && key !== undefined ? { key } : {}),
      bucketKey: algorithm === "aws:kms" && bucketKey,
      sseC: sseC === "NONE" ? "NONE" : "SSE-C",
    },
  };
}

/** What the second configuration has weaker than the first, one sentence each. */
export function weakerThan(before: BucketEncryption, { algorithm, key, sseC }: WantedEncryption): readonly string[] {
  const was = before.algorithm ?? "AES256";
  const known = isAlgorithm(was) ? strengthOf(was) : 0;
  return [
    ...(strengthOf(algorithm) < known ? [`algorithm: ${algorithm} is weaker than ${safe(was)}`] : []),
    ...(sseC === "NONE" && before.sseC !== "NONE"
      ? ["SSE-C: uploads under keys of the uploader's own are allowed"]
      : []),
    ...(usesKey(algorithm) && known > 0 && key !== before.key
      ? [`key: ${keyText(key)} instead of ${keyText(before.key)}`]
      : []),
  ];
}

// --- internal ---

/** How a look shows the name of a key that is too long to be one. */
const CUT = / characters, SHA-256 [0-9a-f]{64}\)$/;

function lost(why: string): Restorable {
  return { kind: "lost", why };
}

function keyText(key: string | undefined): string {
  return key === undefined ? "S3's AWS managed key" : safe(key);
}
