import type { BucketRef } from "#core/names";

/** What a job of ours is for. */
export interface JobName {
  readonly stage: string;
  readonly bucket: string;
  /** `plan`: only counted, and cancelled then. */
  readonly purpose: "plan" | "apply";
  /** The kind of its objects. */
  readonly kind: string;
}

/** The text by which a list of jobs shows that it may be one of ours. */
export function descriptionOf({ stage, bucket, purpose, kind }: JobName): string {
  return `${MARK} ${stage} ${purpose} ${kind} ${bucket}`;
}

/** The name in a job's description; `null`: it is no job of ours. */
export function nameInDescription(description: string): JobName | null {
  const [mark, stage, purpose, kind, bucket, ...rest] = description.split(" ");
  if (mark !== MARK || rest.length > 0 || !stage || !kind || !bucket) return null;
  return purpose === "plan" || purpose === "apply" ? { stage, bucket, purpose, kind } : null;
}

/** The tags of a job: by these it is found again, whatever its description says. */
export function jobTags({ stage, bucket, purpose, kind }: JobName): Readonly<Record<string, string>> {
  return {
    "bucketseal:stage": stage,
    "bucketseal:bucket": bucket,
    "bucketseal:purpose": purpose,
    "bucketseal:kind": kind,
  };
}

/** The name in a job's tags; `null`: it is no job of ours. */
export function nameInTags(tags: Readonly<Record<string, string>>): JobName | null {
  const [stage, bucket, purpose, kind] = ["stage", "bucket", "purpose", "kind"].map((tag) => tags[`bucketseal:${tag}`]);
  if (!stage || !bucket || !kind) return null;
  return purpose === "plan" || purpose === "apply" ? { stage, bucket, purpose, kind } : null;
}

/** Whether a job's tags are those of this name. */
export function isTagged(name: JobName, tags: Readonly<Record<string, string>>): boolean {
  return Object.entries(jobTags(name)).every(([tag, value]) => tags[tag] === value);
}

/** Where a job's own list of objects is kept in the bucket of reports. */
export function manifestKey({ account, bucket }: BucketRef, id: string): string {
  return `manifests/${account}/${bucket}/${id}.csv`;
}

// --- internal ---

const MARK = "bucketseal/1";
