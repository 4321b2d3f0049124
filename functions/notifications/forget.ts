import { RetryableError } from "#aws/error";
import { type NotificationState, readNotificationState, saveNotificationState } from "#aws/ledger/notification-state";
import { readSseCWrite, saveSseCWrite } from "#aws/ledger/sse-c-writes";
import type { Table } from "#aws/table";
import type { Work } from "#core/bucket/work";

/**
 * Forgets what was reported and done about the events of a bucket that was deleted since, and that
 * somebody wrote to it with SSE-C, once for each deletion, or that a look found gone: another
 * bucket may have its name by now, and what was done about that is kept.
 * @param goneAt - milliseconds since the epoch: when it was found gone; `null`: it was not
 * @throws RetryableError on throttling, 5xx and timeouts, and where another look was faster.
 */
export async function forgetDeleted(
  ledger: Table,
  { ref, triggers }: Pick<Work, "ref" | "triggers">,
  goneAt: number | null,
): Promise<void> {
  const deletion = triggers.findLast(({ eventName }) => eventName === "DeleteBucket");
  if (deletion === undefined && goneAt === null) return;
  const state = await readNotificationState(ledger, ref);
  if (goneAt === null ? state.deletion === deletion?.eventId : isEmpty(state)) return;
  // CloudTrail's times are whole seconds.
  const end = goneAt ?? Date.parse(deletion?.eventTime ?? "") + 1000;
  const seen = await readSseCWrite(ledger, ref, end);
  if (seen.known && seen.value !== null && Date.parse(seen.value) < end) await saveSseCWrite(ledger, ref, null);
  const isLater = (time: string) => Date.parse(time) >= end;
  const id = deletion?.eventId ?? state.deletion;
  const next: NotificationState = {
    told: null,
    reports: (state.reports ?? 0) + 1,
    write: state.write !== null && isLater(state.write.to) ? state.write : null,
    switches: (state.switches ?? []).filter(({ at }) => isLater(at)),
    gaps: (state.gaps ?? []).filter(({ from }) => isLater(from)),
    ...(id === undefined ? {} : { deletion: id }),
  };
  if (await saveNotificationState(ledger, ref, next, state)) return;
  throw new RetryableError("another look changed what is known of a bucket's events");
}

// --- internal ---

function isEmpty({ told, write, switches = [], gaps = [] }: NotificationState): boolean {
  return told === null && write === null && switches.length === 0 && gaps.length === 0;
}
