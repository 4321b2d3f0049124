import { createHash } from "node:crypto";
import { cut, longest } from "#core/cut";

/**
 * A `KMSMasterKeyID` as a look shows it. S3 stores any text there, however long. One that is longer
 * than the name of any key is replaced by its beginning, length and digest: it names no key either,
 * and no two of them are the same.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
 */
export function keyId(stored: string): string {
  if (stored.length <= longest.key) return stored;
  const digest = createHash("sha256").update(stored, "utf8").digest("hex");
  return `${cut(stored, SHOWN)} (${stored.length} characters, SHA-256 ${digest})`;
}

// --- internal ---

const SHOWN = 100;
