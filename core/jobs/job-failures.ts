/** What the failed tasks of a job have in common. */
export interface JobFailures {
  /** By error code. */
  readonly codes: Record<string, FailedTasks>;
  readonly samples: FailedTask[];
  /** Those among all of them that S3 refused because of a lock (S3 Object Lock). */
  locked: number;
}

/** The tasks that failed with one code: how many, and what was said of the first of them. */
interface FailedTasks {
  readonly count: number;
  readonly text: string;
}

/** A task that failed; its name is raw. */
interface FailedTask {
  readonly key: string;
  /** Empty: the one that was current. */
  readonly versionId: string;
  readonly code: string;
  readonly text: string;
}

export function noFailures(): JobFailures {
  return { codes: {}, samples: [], locked: 0 };
}

/**
 * Counts one more row of a report: bucket, key, version, status, and then the error's code and the
 * HTTP status, which AWS's schema has in one order and AWS's examples in the other. Changes the
 * counts: there may be millions.
 */
export function addFailure(failures: JobFailures, row: readonly string[]): void {
  const { codes, samples } = failures;
  const [, encoded = "", versionId = "", , first = "", second = "", text = ""] = row;
  const code = (/^\d*$/.test(first) ? second : first) || UNNAMED;
  const before = codes[code];
  const name = before === undefined && Object.keys(codes).length >= MAX_CODES ? OTHERS : code;
  codes[name] = { count: (codes[name]?.count ?? 0) + 1, text: codes[name]?.text ?? text };
  if (samples.length < MAX_SAMPLES) samples.push({ key: decoded(encoded), versionId, code, text });
  if (isLocked({ text })) failures.locked++;
}

/** Failures of several jobs together. */
export function addFailures(all: readonly JobFailures[]): JobFailures {
  const sum = noFailures();
  for (const { codes, samples, locked } of all) {
    sum.locked += locked;
    for (const [code, { count, text }] of Object.entries(codes)) {
      sum.codes[code] = { count: (sum.codes[code]?.count ?? 0) + count, text: sum.codes[code]?.text ?? text };
    }
    sum.samples.push(...samples.slice(0, MAX_SAMPLES - sum.samples.length));
  }
  return sum;
}

/**
 * Whether a task failed because its object is locked: S3 answers AccessDenied to that, as to a
 * missing right, and only its text tells them apart.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/update-sse-encryption.html
 */
export function isLocked({ text }: Pick<FailedTask, "text">): boolean {
  return /object lock/i.test(text);
}

// --- internal ---

const MAX_SAMPLES = 20;
const MAX_CODES = 50;
const UNNAMED = "Unknown";
const OTHERS = "others";

/** Keys come percent-encoded; what is not is shown as it came. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
