import { mkdtemp, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getBucketVersioning } from "#aws/s3/bucket-versioning";
import { manifestRow } from "#aws/s3control/put-manifest";
import { safe } from "#core/safe";
import type { CoveredBucket } from "../backfill/covered-buckets.ts";
import type { LocalSettings } from "../backfill/local-ports.ts";
import { type BackfillPlan, planBucketObjects } from "../backfill/plan-bucket-objects.ts";
import { CliError } from "../error.ts";
import type { Meter } from "../terminal/meter.ts";
import type { ObjectList } from "./batch-plan.ts";

/**
 * Looks at a bucket's objects one by one, by the caller's rights, and lists those that would be
 * updated in place, each by its version, in a file that nobody else can read.
 * @throws CliError if it cannot be seen whether the bucket keeps versions
 */
export async function listForJob(
  settings: LocalSettings,
  { ref, rule, selection }: CoveredBucket,
  meter: Meter,
): Promise<{ readonly looks: BackfillPlan; readonly list: ObjectList }> {
  const versioning = await getBucketVersioning(settings.session.s3(ref.region), ref);
  if (!versioning.known) {
    const message = `whether the bucket "${safe(ref.bucket)}" keeps versions could not be read (${safe(versioning.error.name)}): a list for a job must say so`;
    throw new CliError(message, { code: "versioning-unknown" });
  }
  const hasVersions = versioning.value !== "Disabled";
  const folder = await mkdtemp(join(tmpdir(), "bucketseal-"));
  const path = join(folder, "objects.csv");
  const file = await open(path, "wx", 0o600);
  try {
    let rows = "";
    let writing = Promise.resolve();
    const write = () => {
      const text = rows;
      rows = "";
      writing = writing.then(async () => void (await file.write(text)));
      // Awaited at the end.
      writing.catch(() => undefined);
    };
    const looks = await planBucketObjects(settings, ref, {
      rule,
      selection,
      sample: null,
      startAfter: null,
      rate: null,
      meter,
      looked: ({ object: { key, versionId = null }, todo, isObserved }) => {
        if (todo !== "update" || isObserved) return;
        rows += manifestRow(ref, key, hasVersions ? versionId : null);
        if (rows.length > CHUNK) write();
      },
    });
    write();
    await writing;
    return { looks, list: { file: path, hasVersions } };
  } finally {
    await file.close();
  }
}

// --- internal ---

const CHUNK = 65_536;
