import type { S3Client } from "@aws-sdk/client-s3";
import { type VersionPage, versionPage } from "#aws/backfill/object-versions";
import type { ResumePoint } from "#core/backfill/backfill";
import { isSelected, type ListedVersion, type Selection } from "#core/backfill/selection";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";

/** The selected versions of one key, newest first. */
export type Chain = readonly ListedVersion[];

export interface Walk {
  readonly s3: S3Client;
  readonly ref: BucketRef;
  readonly selection: Selection;
  /** Only keys after this one; `null`: all. */
  readonly startAfter?: string | null;
  /** Called with each page: how many of its versions are selected. */
  readonly paged?: (selected: number) => void;
}

/**
 * Lists the selected objects of a bucket page by page. Versions of one key come together: to be
 * looked at one after the other, for parallel writes to one key conflict.
 * @throws whatever the list throws.
 */
export async function* walk({ s3, ref, selection, startAfter = null, paged }: Walk): AsyncGenerator<Chain> {
  let after: ResumePoint | null = startAfter === null ? null : { key: startAfter, versionId: null };
  do {
    const page: VersionPage = listed(await versionPage(s3, ref, selection.prefix, after));
    const selected = page.versions.filter((version) => isSelected(selection, version));
    paged?.(selected.length);
    yield* chains(selected);
    after = page.next;
  } while (after !== null);
}

// --- internal ---

/** The page, or the error of S3 that a person is told. */
function listed<T>(page: Fact<T>): T {
  if (page.known) return page.value;
  const { name, message } = page.error;
  throw Object.assign(new Error(message), { name });
}

function* chains(versions: readonly ListedVersion[]): Generator<Chain> {
  let from = 0;
  for (let to = 1; to <= versions.length; to++) {
    if (versions[to]?.key === versions[from]?.key && to < versions.length) continue;
    yield versions.slice(from, to);
    from = to;
  }
}
