import { createHash } from "node:crypto";
import {
  type DeleteMarkerEntry,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
} from "@aws-sdk/client-s3";
import type { Clients } from "../local-aws/clients.ts";
import { bodyOf } from "./rounds.ts";
import type { Raced } from "./writer.ts";

/** All versions and delete markers of a key, newest first each. */
export interface Versions {
  readonly versions: readonly ObjectVersion[];
  readonly markers: readonly DeleteMarkerEntry[];
}

/**
 * Errors in the versions of a key, one sentence each, and the versions that only the function can
 * have made.
 */
export interface Judged {
  readonly wrong: readonly string[];
  readonly copies: readonly ObjectVersion[];
}

/** The versions of all keys of a bucket. */
export async function versionsOf({ s3 }: Clients, Bucket: string): Promise<Map<string, Versions>> {
  const found = new Map<string, { versions: ObjectVersion[]; markers: DeleteMarkerEntry[] }>();
  const of = (key = "") => {
    const known = found.get(key) ?? { versions: [], markers: [] };
    found.set(key, known);
    return known;
  };
  let from: Pick<ListObjectVersionsCommandOutput, "NextKeyMarker" | "NextVersionIdMarker"> = {};
  for (;;) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({
        Bucket,
        KeyMarker: from.NextKeyMarker,
        VersionIdMarker: from.NextVersionIdMarker,
      }),
    );
    for (const version of page.Versions ?? []) of(version.Key).versions.push(version);
    for (const marker of page.DeleteMarkers ?? []) of(marker.Key).markers.push(marker);
    if (page.IsTruncated !== true) return found;
    from = page;
  }
}

/**
 * The errors in the versions of a key: a version that a writer was given must still be there with
 * its bytes, and one that no writer wrote must be a copy of the version right beneath it. Returns
 * the copies as well.
 */
export function judgeVersions(raced: Raced, { versions, markers }: Versions = NONE): Judged {
  const wrong: string[] = [];
  const copies: ObjectVersion[] = [];
  const written = new Map(kept(raced).map((at) => [raced.versions[at] ?? "null", at]));
  const there = new Set([...versions, ...markers].map(({ VersionId }) => VersionId));
  for (const [version, at] of written) if (!there.has(version)) wrong.push(`act ${at} (${version}) is gone`);

  let beneath: number | undefined;
  for (const version of versions.toReversed()) {
    const at = written.get(version.VersionId ?? "null");
    if (at === undefined) copies.push(version);
    else beneath = at;
    const body = beneath === undefined ? null : bodyOf(raced.round, beneath);
    if (version.Size !== body?.length) wrong.push(`${version.VersionId} is not a copy of act ${beneath} beneath it`);
    const isInPlace = at !== undefined && raced.versions[at] !== undefined && raced.versions[at] !== "null";
    // The ETag of an SSE-S3 write is its MD5, and an update in place keeps it.
    const isWrong = at !== undefined && raced.round.acts[at]?.encryption === "wrong";
    if (isInPlace && isWrong && version.ETag !== `"${md5(body ?? "")}"`) wrong.push(`act ${at} has other bytes`);
  }
  const isDeleted = raced.round.acts.at(-1)?.kind === "delete";
  const top = [...versions, ...markers].filter(({ IsLatest }) => IsLatest);
  if (isDeleted && top.some((entry) => !markers.includes(entry)))
    wrong.push("a version lies on top of the delete marker");
  if (top.length > 1) wrong.push("there is more than one current version");
  return { copies, wrong };
}

// --- internal ---

const NONE: Versions = { versions: [], markers: [] };

/**
 * Acts whose versions must be there: all with an id of their own, and the last of those that
 * replaced the null version.
 */
function kept({ round, versions }: Raced): number[] {
  const acts = round.acts.map((_, at) => at);
  const last = acts.length - 1;
  const isUnversionedDelete = round.acts[last]?.kind === "delete" && versions[last] === undefined;
  return acts.filter((at) => {
    const id = versions[at];
    return id !== undefined && id !== "null" ? true : at === last && !isUnversionedDelete;
  });
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
