import type { Facts } from "#core/decide/facts";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { FactError } from "#core/fact";
import type { CompiledPolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import type { Ports } from "./ports.ts";
import { type Verification, verify } from "./verify.ts";

/** The result of a write: what the bucket shows after it, unless S3 refused it. */
type WriteResult =
  | Verification
  /** The bucket does not exist. */
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly error: FactError };

/** The basis of a write. */
interface WriteBasis {
  readonly policy: CompiledPolicy;
  readonly facts: Facts;
  /** The configuration that the write replaces. */
  readonly before: BucketEncryption | null;
}

/**
 * Writes a configuration and reads the bucket back until it shows the write.
 * @throws whatever a port throws.
 */
export async function write(
  ports: Pick<Ports, "reader" | "writer" | "now" | "sleep">,
  ref: BucketRef,
  wanted: WantedEncryption,
  { policy, facts, before }: WriteBasis,
): Promise<WriteResult> {
  const put = await ports.writer.put(ref, wanted);
  if (put.kind === "gone") return { kind: "missing" };
  if (put.kind === "refused") return put;
  return verify(ports, ref, policy, facts, before, wanted);
}
