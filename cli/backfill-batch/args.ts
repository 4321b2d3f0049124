import { parseKmsArn } from "#core/key/arn";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { BatchAsked } from "./run-batch.ts";

/** The flags about jobs of S3 Batch Operations. */
export const batchArgs = {
  batch: { type: "boolean", description: "by jobs of S3 Batch Operations, for buckets too large to be listed" },
  "wrong-key": {
    type: "string",
    valueHint: "ARN,…",
    description: "with --batch: keys that objects should not be under",
  },
  manifest: {
    type: "boolean",
    description: "with --batch: look at each object from here, and have a job update those found",
  },
} as const;

type BatchFlags = {
  readonly [name in "batch" | "manifest" | "apply" | "yes" | "watch" | "local"]?: boolean | undefined;
} & { readonly [name in "wrong-key" | "sample" | "rate" | "start-after"]?: string | undefined };

/**
 * What the flags ask of jobs; `null`: nothing.
 * @throws CliError where they make no sense
 */
export function askedOfBatch(args: BatchFlags): BatchAsked | null {
  const { batch = false, manifest = false, "wrong-key": keys } = args;
  if (!batch) {
    if (!manifest && keys === undefined) return null;
    throw usage(`--${manifest ? "manifest" : "wrong-key"} is for jobs: it needs --batch`);
  }
  const other = (["local", "sample", "rate", "start-after"] as const).find(
    (flag) => args[flag] !== undefined && args[flag] !== false,
  );
  if (other !== undefined) throw usage(`--${other} is for the work from here, and --batch has S3 do it: leave one out`);
  if (args.watch === true && args.apply !== true) throw usage("--watch follows what --apply starts, which is missing");
  const wrongKeys = [...new Set((keys ?? "").split(",").filter((key) => key !== ""))];
  const unnamed = wrongKeys.find((key) => parseKmsArn(key)?.kind !== "key");
  if (unnamed !== undefined) throw usage(`--wrong-key takes full ARNs of keys, not "${safe(unnamed)}"`);
  if (manifest && wrongKeys.length > 0)
    throw usage("--manifest finds objects under any wrong key: leave --wrong-key out");
  return {
    apply: args.apply === true,
    yes: args.yes === true,
    watch: args.watch === true,
    isListed: manifest,
    wrongKeys,
  };
}

// --- internal ---

function usage(message: string): CliError {
  return new CliError(message, { code: "usage" });
}
