/** The steps of a rollback: what is to be written, what stands in its way, and what came of it. */

import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { GuardedReader } from "#core/guard/reader";
import { parseKmsArn } from "#core/key/arn";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import type { Judged } from "../buckets/judge-bucket.ts";
import { diffLines } from "../buckets/render-judged.ts";
import type { AppliedBucket } from "../buckets/write-bucket.ts";
import { CliError } from "../error.ts";
import type { Output } from "../terminal/output.ts";
import { printable } from "../terminal/printable.ts";

/**
 * The configuration with its key as a full ARN: any other spelling may name another key for an
 * uploader.
 */
export async function inFull(
  reader: GuardedReader,
  ref: BucketRef,
  recorded: WantedEncryption,
): Promise<{ readonly wanted: WantedEncryption; readonly spelled: string | null }> {
  const { key } = recorded;
  if (key === undefined || parseKmsArn(key)?.kind === "key") return { wanted: recorded, spelled: null };
  const found = await reader.key(ref, key, true);
  if (!found.known || found.value === null)
    throw new CliError(
      `nothing was changed: the key ${safe(key)} ${found.known ? "does not exist" : `could not be read: ${safe(found.error.name)}`}`,
      { code: "no-key" },
    );
  return { wanted: { ...recorded, key: found.value.arn }, spelled: key };
}

/** @throws CliError if the bucket is gone, could not be read, or the guard holds the write */
export function foundIn({ ref, standing, plan }: Judged, out: Output): BucketEncryption {
  if ((standing === "change" || standing === "compliant") && plan.before !== null) return plan.before;
  if (plan.before !== null && plan.after !== null)
    for (const line of diffLines(plan.before, plan.after)) out.line(`         ${line}`);
  const why = plan.reasons.map(({ text }) => printable(text)).join("; ");
  throw new CliError(`nothing was changed: "${safe(ref.bucket)}" is ${standing}${why === "" ? "" : `: ${why}`}`, {
    code: standing,
  });
}

/**
 * What came of the write. `left alone`: somebody else restored it meanwhile, or an earlier try did.
 */
export function endOf({ outcome, judged }: AppliedBucket): {
  readonly kind: "restored" | "unverified" | "not restored";
  readonly text: string;
} {
  const why = judged.plan.reasons.map(({ text }) => printable(text)).join("; ");
  const text = `${outcome}${why === "" ? "" : `: ${why}`}`;
  if (outcome === "changed" || outcome === "left alone") return { kind: "restored", text };
  return { kind: outcome === "written, not verified" ? "unverified" : "not restored", text };
}
