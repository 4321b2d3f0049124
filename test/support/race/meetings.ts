import type { LoggedCall } from "../local-aws/local-aws.ts";

/** How often somebody wrote an object while the function was about to, or had just done so. */
export interface Meetings {
  /** Writes of the function that S3 took. */
  taken: number;
  /** Writes that S3 refused with 404, 409 or 412. */
  refused: number;
  /** Looks right before a copy that found another object, so that nothing was tried. */
  withdrawn: number;
  /** Somebody wrote between the function's look and its write that S3 took. */
  before: number;
  /** Somebody wrote between the function's write and its look at what came of it. */
  after: number;
  /** Anything else that S3 answered to a write of the function. */
  readonly failed: LoggedCall[];
}

/** Counts them from the calls on a bucket, in the order in which they were answered. */
export function meetings(calls: readonly LoggedCall[], by: string): Meetings {
  const counted: Meetings = { taken: 0, refused: 0, withdrawn: 0, before: 0, after: 0, failed: [] };
  const last = new Map<string, "look" | "write" | "overwritten look" | "overwritten write">();
  for (const { api, key, function: from, status } of calls) {
    if (key === null) continue;
    const before = last.get(key);
    if (from !== by) {
      if (!OVERWRITES.has(api) || status >= 300) continue;
      if (before === "look") last.set(key, "overwritten look");
      if (before === "write") last.set(key, "overwritten write");
    } else if (api === "HeadObject") {
      if (before === "overwritten write") counted.after += 1;
      if (before === "overwritten look") counted.withdrawn += 1;
      last.set(key, "look");
    } else if (WRITES.has(api)) {
      if (status < 300) counted.taken += 1;
      else if (MOVED.has(status)) counted.refused += 1;
      if (status < 300 && before === "overwritten look") counted.before += 1;
      last.set(key, "write");
    }
  }
  counted.failed.push(
    ...calls.filter(({ api, function: from, status }) => {
      return from === by && WRITES.has(api) && status >= 300 && !MOVED.has(status);
    }),
  );
  return counted;
}

// --- internal ---

const OVERWRITES: ReadonlySet<string> = new Set(["PutObject", "DeleteObject"]);
const WRITES: ReadonlySet<string> = new Set(["CopyObject", "UpdateObjectEncryption"]);
/** 405: a delete marker took its place. */
const MOVED: ReadonlySet<number> = new Set([404, 405, 409, 412]);
