/** A pass over the existing objects of a bucket: its state, its messages, its counts. */

import type { BucketRef } from "#core/names";
import { type BackfillCounts, type BackfillSample, noBackfillCounts } from "./counts.ts";
import type { Selection } from "./selection.ts";
import type { BackfillWindow } from "./window.ts";

/**
 * `listing`: names are still being found. `running`: all of them are in batches. `paused`: a person
 * said so. `failed`: its objects cannot be listed or looked at; a person may have it go on.
 */
export type BackfillState = "listing" | "running" | "paused" | "done" | "cancelled" | "failed";

/** Where a list goes on: after this version of this key. */
export interface ResumePoint {
  readonly key: string;
  /** `null`: after all of them. */
  readonly versionId: string | null;
}

/** One pass over the existing objects of a bucket, as the ledger keeps it. */
export interface Backfill {
  readonly id: string;
  readonly ref: BucketRef;
  readonly state: BackfillState;
  /** Who started it: an ARN. */
  readonly by: string;
  /** The message that started it: delivered twice, it goes on with the same backfill. */
  readonly message: string;
  readonly selection: Selection;
  /** What it closes; absent: it was started by a person. */
  readonly windows?: readonly BackfillWindow[];
  /** ISO 8601. */
  readonly started: string;
  /** ISO 8601: when it last made progress. */
  readonly touched: string;
  /** `null`: at the beginning, or, where the list has ended, nowhere. */
  readonly point: ResumePoint | null;
  /** Whether the list has come to its end. */
  readonly isListed: boolean;
  /** Pages that were listed. */
  readonly pages: number;
  /** Objects that were listed and are asked for. */
  readonly listed: number;
  /** Batches that were made of them, and those that are done. */
  readonly batches: number;
  readonly done: number;
  readonly counts: BackfillCounts;
  readonly samples: readonly BackfillSample[];
  /** Why it failed; `null`: it did not. */
  readonly why: string | null;
}

/** A backfill that begins. */
export function newBackfill(
  given: Pick<Backfill, "id" | "ref" | "by" | "message" | "selection" | "windows">,
  now: number,
): Backfill {
  const time = new Date(now).toISOString();
  const nothing = { pages: 0, listed: 0, batches: 0, done: 0, counts: noBackfillCounts, samples: [] };
  const place = { point: null, isListed: false, why: null };
  return { ...given, ...nothing, ...place, state: "listing", started: time, touched: time };
}

/** Whether a backfill still has something to do, by itself or once a person has it go on. */
export function isOpen({ state }: Pick<Backfill, "state">): boolean {
  return state === "listing" || state === "running" || state === "paused";
}

/** Whether its objects are being listed or looked at. */
export function isAtWork({ state }: Pick<Backfill, "state">): boolean {
  return state === "listing" || state === "running";
}

/** Whether every object that was listed has been looked at, and there are no more. */
export function isWhole({ state, batches, done }: Pick<Backfill, "state" | "batches" | "done">): boolean {
  return state === "running" && done >= batches;
}

/** Whether nothing has happened for so long that its messages are lost. */
export function isStuck({ touched }: Pick<Backfill, "touched">, now: number): boolean {
  return now - Date.parse(touched) > STUCK_MS;
}

// --- internal ---

/** Longer than a batch takes whose copies are large. */
const STUCK_MS = 10 * 60_000;
