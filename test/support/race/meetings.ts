import type { LoggedCall } from "../local-aws/local-aws.ts";

/**
 * How often an object was written while the function was about to write it, or had just done so.
 */
export interface Meetings {
  /** The function's successful writes. */
  taken: number;
  /** Writes that S3 refused with 404, 409 or 412. */
  refused: number;
  /** Looks right before a copy that found another object, so that nothing was tried. */
  withdrawn: number;
  /** Writes between the function's look and its own successful write. */
  before: number;
  /** Writes between the function's write and the look that verifies it. */
  after: number;
  /** Any other error of a write of the function. */
  readonly failed: LoggedCall[];
}

/** Counts them from the calls on a bucket, in the order of their responses. */
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
