import type { Selection } from "#core/backfill/selection";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { sinceOf } from "../history/since.ts";

/** Which objects a backfill is about. */
export const selectionArgs = {
  prefix: { type: "string", valueHint: "PREFIX", description: "only objects whose keys begin with it" },
  versions: {
    type: "string",
    valueHint: "current|all",
    description: "noncurrent versions too, or not (default: as the bucket's rule says)",
  },
  since: {
    type: "string",
    valueHint: "TIME",
    description: "only objects written then or later: 90m, 24h, 7d ago, a date or an ISO 8601 time",
  },
  until: { type: "string", valueHint: "TIME", description: "only objects written before then" },
} as const;

/** What the flags say of the objects; `versions: null`: what the bucket's rule says. */
export interface AskedSelection extends Omit<Selection, "versions"> {
  readonly versions: Selection["versions"] | null;
}

type SelectionText = { readonly [name in keyof typeof selectionArgs]?: string | undefined };

/** @throws CliError where a flag makes no sense */
export function askedSelection({ prefix = "", versions, since, until }: SelectionText, now: number): AskedSelection {
  if (Buffer.byteLength(prefix) > MAX_KEY) {
    throw new CliError("--prefix is longer than a key can be, which is 1024 bytes", { code: "usage" });
  }
  if (versions !== undefined && versions !== "current" && versions !== "all") {
    throw new CliError(`--versions takes current or all, not "${safe(versions)}"`, { code: "usage" });
  }
  const from = since === undefined ? null : sinceOf(since, now);
  const to = until === undefined ? null : sinceOf(until, now);
  if (from !== null && to !== null && from >= to) {
    throw new CliError(`nothing was written since ${from} and before ${to}: --since must be earlier than --until`, {
      code: "usage",
    });
  }
  return { prefix, versions: versions ?? null, since: from, until: to };
}

/**
 * A whole number from 1 on that a flag gives; `null`: it was not given.
 * @throws CliError unless it is one, up to `most`
 */
export function wholeNumber(flag: string, text: string | undefined, most: number): number | null {
  if (text === undefined) return null;
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= 1 && number <= most) return number;
  throw new CliError(`--${flag} takes a number from 1 to ${most}, not "${safe(text)}"`, { code: "usage" });
}

/**
 * The key after which `--start-after` begins; `null`: it was not given.
 * @throws CliError where it makes no sense
 */
export function startAfterOf(
  {
    "start-after": key,
    apply,
    local,
  }: Readonly<Record<"start-after", string | undefined>> & Readonly<Record<"apply" | "local", boolean | undefined>>,
  buckets: number,
): string | null {
  if (key === undefined) return null;
  if (buckets > 1) throw new CliError("--start-after is a key of one bucket", { code: "usage" });
  if (apply === true && local !== true) {
    throw new CliError("--start-after is for the work from here: a stage goes on from where it was by itself", {
      code: "usage",
    });
  }
  return key;
}

// --- internal ---

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY = 1024;
