import type { Selection } from "#core/backfill/selection";
import type { BucketRef } from "#core/names";
import type { Rule } from "#core/policy/policy";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { Output } from "../terminal/output.ts";
import type { AskedSelection } from "./args.ts";
import { coveringRule } from "./covering-rule.ts";
import type { LocalSettings } from "./local-ports.ts";

/** A bucket whose existing objects a rule covers. */
export interface CoveredBucket {
  readonly ref: BucketRef;
  readonly rule: Rule;
  readonly selection: Selection;
}

/**
 * The buckets that have existing objects to look at; of the others a note says why not.
 * @throws CliError if there is none, or a rule covers less than was asked for
 */
export async function coveredBuckets(
  { reader, source }: Pick<LocalSettings, "reader" | "source">,
  refs: readonly BucketRef[],
  asked: AskedSelection,
  out: Output,
): Promise<readonly CoveredBucket[]> {
  const targets: CoveredBucket[] = [];
  const left: string[] = [];
  for (const ref of refs) {
    const found = await coveringRule(reader, source.compiled, ref);
    if (found.rule === null) left.push(`nothing to do in the bucket "${safe(ref.bucket)}": ${found.why}`);
    else targets.push({ ref, rule: found.rule, selection: selectionFor(ref, found.rule, asked) });
  }
  if (targets.length === 0) throw new CliError(left.join("; "), { code: "not-covered" });
  for (const why of left) out.note(why);
  return targets;
}

// --- internal ---

function selectionFor(ref: BucketRef, rule: Rule, asked: AskedSelection): Selection {
  const covered = rule.objects?.versions ?? "current";
  if (asked.versions === "all" && covered === "current") {
    const message = `rule ${rule.id} covers only current versions in the bucket "${safe(ref.bucket)}": set objects.versions: all there, or leave --versions out`;
    throw new CliError(message, { code: "not-covered" });
  }
  return { ...asked, versions: asked.versions ?? covered };
}
