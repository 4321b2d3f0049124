import type { PendingBatch } from "#aws/backfill/object-batches";
import { isShown, isTelling, tellingReason } from "#core/alert/digest";
import {
  type BackfillCounts,
  type BackfillSample,
  MAX_BACKFILL_SAMPLES,
  noBackfillCounts,
  withLookAt,
} from "#core/backfill/counts";
import { cut } from "#core/cut";
import type { ObjectRef } from "#core/names";
import type { ObjectGroup } from "../object/groups.ts";
import type { ObjectLook } from "../object/look.ts";

/** What was found about the objects of a batch. */
export interface FoundAtRest {
  readonly counts: BackfillCounts;
  readonly samples: readonly BackfillSample[];
}

/**
 * Counts the looks of a batch. An object that is as declared, and that another invocation was about
 * to write, one that was cut short or one at the same time, counts as changed. Samples are those
 * that a person has to see, as long as the backfill has few.
 */
export function foundOf(
  { objects, begun }: Pick<PendingBatch, "objects" | "begun">,
  looks: readonly ObjectLook[],
  notStarted: readonly ObjectGroup[],
  known: number,
): FoundAtRest {
  const written = new Map([...begun].map(([at, how]) => [JSON.stringify(objects[at]), how]));
  const results = [
    ...looks.map((look) => {
      const { object } = look.group;
      if (look.kind === "failed") return { object, ...failed(look.cause) };
      const { result } = look;
      const how = result.outcome === "left alone" ? written.get(JSON.stringify(nameOf(object))) : undefined;
      return { object, ...result, ...(how === undefined ? {} : { outcome: "changed" as const, how }), cause: null };
    }),
    ...notStarted.map(({ object }) => ({ object, ...failed("not begun in time, again and again") })),
  ];
  const samples = results.flatMap((result) => {
    const sample = sampleOf(result);
    return isShown({ ...result, rule: null }) && isTelling(sample) ? [sample] : [];
  });
  return {
    counts: results.reduce(withLookAt, noBackfillCounts),
    samples: samples.slice(0, Math.max(0, MAX_BACKFILL_SAMPLES - known)),
  };
}

// --- internal ---

const MAX_REASON = 240;

interface Result extends Omit<Parameters<typeof withLookAt>[1], "how"> {
  readonly object: ObjectRef;
  readonly cause: string | null;
}

function failed(cause: string) {
  return { outcome: "failed", how: null, reasons: [], movedBytes: 0, cause } as const;
}

function sampleOf({ object, outcome, reasons, cause }: Result): BackfillSample {
  const reason = cause ?? tellingReason({ outcome, reasons })?.text ?? null;
  const { key, versionId } = object;
  return { key, versionId: versionId ?? null, outcome, reason: reason === null ? null : cut(reason, MAX_REASON) };
}

function nameOf({ key, versionId }: ObjectRef) {
  return [key, versionId ?? null];
}
