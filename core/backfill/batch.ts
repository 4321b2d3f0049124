import { MAX_BATCH_OBJECTS, type ObjectName } from "./messages.ts";

/** Some objects of a page: one message, one mark in the ledger. */
export interface ObjectBatch {
  /** `PAGE-CHUNK`: unique in its backfill. */
  readonly id: string;
  readonly objects: readonly ObjectName[];
}

/**
 * The objects of a page as batches, each of which fits into a message and an item of the ledger.
 */
export function batchesOfPage(page: number, objects: readonly ObjectName[]): readonly ObjectBatch[] {
  const chunks: ObjectName[][] = [];
  let bytes = 0;
  for (const object of objects) {
    const size = new TextEncoder().encode(JSON.stringify(object)).length + 1;
    const chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length === MAX_BATCH_OBJECTS || bytes + size > MAX_BYTES) {
      chunks.push([object]);
      bytes = size;
    } else {
      chunk.push(object);
      bytes += size;
    }
  }
  return chunks.map((chunk, at) => ({ id: `${pageName(page)}-${String(at).padStart(2, "0")}`, objects: chunk }));
}

/** A page's number as its batches begin with it, in an order that text keeps. */
export function pageName(page: number): string {
  return String(page).padStart(7, "0");
}

// --- internal ---

/** Much less than what SQS and DynamoDB take, for an ordinary batch is a tenth of it. */
const MAX_BYTES = 60_000;
