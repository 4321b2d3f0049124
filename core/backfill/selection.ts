/** Which of a bucket's existing objects a backfill is about. */
export interface Selection {
  /** Keys begin with it; empty: all. */
  readonly prefix: string;
  /** `all`: noncurrent versions too. */
  readonly versions: "current" | "all";
  /** ISO 8601: written then or later; `null`: since ever. */
  readonly since: string | null;
  /** ISO 8601: written before then; `null`: until now. */
  readonly until: string | null;
}

/** A version of an object as a list has it; delete markers are none. */
export interface ListedVersion {
  readonly key: string;
  /** `null` as text: the version of a bucket that was not versioned then. */
  readonly versionId: string;
  readonly isCurrent: boolean;
  /** ISO 8601. */
  readonly lastModified: string;
}

/** Whether a listed version is asked for; its prefix was asked of the list already. */
export function isSelected({ versions, since, until }: Selection, listed: ListedVersion): boolean {
  const at = Date.parse(listed.lastModified);
  if (versions === "current" && !listed.isCurrent) return false;
  return (since === null || at >= Date.parse(since)) && (until === null || at < Date.parse(until));
}
