import { readRequests } from "#aws/backfill/requests";
import { bucketPartition } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import type { Table } from "#aws/table";
import type { BackfillRequest, RequestState } from "#core/backfill/request";
import type { BackfillWindow } from "#core/backfill/window";
import type { DriftWindow } from "#core/ledger/drift";
import type { BucketState } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import type { Output } from "../terminal/output.ts";

/**
 * A window of a bucket as people see it. `open`: a person has to start its backfill. `asked`: its
 * message is under way.
 */
export interface ShownWindow extends Pick<BackfillWindow, "kind" | "from" | "to"> {
  readonly state: RequestState | "open" | "asked";
  /** The backfill that is, or was, about it. */
  readonly backfill: string | null;
  /** ISO 8601: when that was over. */
  readonly ended: string | null;
}

/** The JSON shape of a window, as TypeScript. */
export const windowShape = `{ kind: "drift" | "gap" | "due", from: string | null, to, state: "open" | "asked" | "waiting" | "begun" | "closed"
    | "incomplete" | "cancelled" | "failed", backfill: string | null, ended: string | null }`;

/**
 * The windows of a bucket, oldest first: what its state has of drift, and what was asked for.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function readWindows(ledger: Table, ref: BucketRef): Promise<readonly ShownWindow[]> {
  const [drifts, requests] = await Promise.all([driftsOf(ledger, ref), readRequests(ledger, ref)]);
  const asked = requests.flatMap((request) => (request.window === null ? [] : [shown(request, request.window)]));
  const known = new Set(requests.map(({ id }) => id));
  const others = drifts
    .filter(({ closing }) => closing === undefined || !known.has(closing.id))
    .map(({ from, to, closing }): ShownWindow => {
      const state = closing === undefined ? "open" : "asked";
      return { kind: "drift", from, to, state, backfill: null, ended: null };
    });
  return [...asked, ...others].toSorted((a, b) => Date.parse(a.to) - Date.parse(b.to));
}

/** Prints windows, one a line, and what became of each below it. */
export function printWindows(windows: readonly ShownWindow[], out: Output): void {
  if (windows.length > 0) out.line(out.paint("bold", "windows"));
  for (const { kind, from, to, state, backfill, ended } of windows) {
    const colour = state === "closed" ? "green" : SETTLED.has(state) ? "dim" : "red";
    out.line(`  ${out.paint(colour, state.padEnd(10))}  ${kind}  ${from ?? "(not known)"} to ${to}`);
    if (backfill !== null) out.line(`              by backfill ${backfill}${ended === null ? "" : ` at ${ended}`}`);
  }
}

// --- internal ---

/** States in which nobody has anything to do. */
const SETTLED: ReadonlySet<ShownWindow["state"]> = new Set(["asked", "waiting", "begun"]);

function shown({ state, backfill, ended }: BackfillRequest, { kind, from, to }: BackfillWindow): ShownWindow {
  return { kind, from, to, state, backfill, ended };
}

/** By a query: whoever may read a history may read no other way. */
async function driftsOf(ledger: Table, ref: BucketRef): Promise<readonly DriftWindow[]> {
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk AND sk = :sk",
    ExpressionAttributeValues: { ":pk": bucketPartition(ref), ":sk": { S: "STATE" } },
    ConsistentRead: true,
  });
  for await (const { state } of items) {
    return (JSON.parse(state?.S ?? "{}") as Partial<BucketState>).driftWindows ?? [];
  }
  return [];
}
