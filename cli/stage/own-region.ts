import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { Session } from "../session/session.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import type { PolicySource } from "./policy-source.ts";

/** The flag of `plan` and `apply` by which a stage's policy is used outside its Region. */
export const allRegionsArg = {
  type: "boolean",
  description: "by a stage's policy: also buckets outside the stage's Region",
} as const;

export interface OwnRegionArgs {
  readonly bucket?: string | undefined;
  readonly "all-regions"?: boolean | undefined;
}

/**
 * The buckets that a stage looks after: those of its Region. Other Regions may have stages of their
 * own, with other policies and pauses; they are counted in a note. A policy file has no Region.
 * @throws CliError if the one bucket that was named is in another Region
 */
export function inOwnRegion(
  { region }: Session,
  { deployment }: PolicySource,
  args: OwnRegionArgs,
  refs: readonly BucketRef[],
  out: Output,
): readonly BucketRef[] {
  if (deployment === null || args["all-regions"] === true) return refs;
  const own = refs.filter((ref) => ref.region === region);
  const others = refs.filter((ref) => ref.region !== region);
  const stage = `stage ${safe(deployment.stage)}`;
  const [first] = others;
  if (first === undefined) return own;
  if (args.bucket !== undefined) {
    throw new CliError(
      `the bucket "${safe(first.bucket)}" is in ${first.region}, and ${stage} looks after ${region}: use --region ${first.region}, or --all-regions to use this stage's policy there`,
      { code: "other-region" },
    );
  }
  const regions = [...new Set(others.map((ref) => ref.region))].sort();
  out.note(
    `not looked at: ${plural(others.length, "bucket")} in ${regions.join(", ")}: ${stage} looks after ${region} (--all-regions includes them)`,
  );
  return own;
}
