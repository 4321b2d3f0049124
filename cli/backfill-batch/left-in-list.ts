import type { FileHandle } from "node:fs/promises";
import { csvRows } from "#core/jobs/csv-rows";
import type { ObjectRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import { drain } from "../backfill/drain.ts";
import { type LocalSettings, localPorts } from "../backfill/local-ports.ts";
import { lookAtExisting } from "../backfill/look-at-existing.ts";
import { startMeter } from "../terminal/meter.ts";
import type { Output } from "../terminal/output.ts";
import type { BatchPlan } from "./batch-plan.ts";

/**
 * How many objects of a list are not as declared after its job has ended, by the same look that put
 * them there; `null`: some could not be read. What was deleted meanwhile is not left.
 */
export async function leftInList(
  settings: LocalSettings,
  { target: { ref } }: Pick<BatchPlan, "target">,
  list: FileHandle,
  out: Output,
): Promise<number | null> {
  const ports = localPorts(settings, ref);
  const meter = startMeter(`looking again in ${ref.bucket}:`, out);
  let [left, unread] = [0, 0];
  try {
    const rows = csvRows(list.createReadStream({ encoding: "utf8", start: 0 }));
    await drain(rows, settings.concurrency, async ([, key = "", versionId]) => {
      const object: ObjectRef = { bucket: ref, key: decodeURIComponent(key), ...(versionId && { versionId }) };
      const { todo } = await lookAtExisting(ports(), object, versionId === undefined);
      if (todo === "unreadable") unread++;
      else if (!NOT_LEFT.has(todo)) left++;
      meter.tick();
    });
    return unread === 0 ? left : null;
  } finally {
    meter.end();
  }
}

// --- internal ---

const NOT_LEFT: ReadonlySet<string> = new Set<Outcome>(["left alone", "exempt", "gone"]);
