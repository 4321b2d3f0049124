import type { SQSRecord } from "aws-lambda";
import { saveSseCWrite } from "#aws/ledger/sse-c-writes";
import type { ObjectPorts } from "#core/object/ports";
import type { Redelivery } from "../queue/redelivery.ts";
import type { ObjectGroup } from "./groups.ts";
import type { ObjectShared } from "./shared.ts";
import { rekeySigns, suspects } from "./signs.ts";

/**
 * Counts the signs of re-keying in a batch, in parallel with its looks: an alert that waited for
 * them would be too late. Returns the messages whose signs were counted; the others are
 * redelivered.
 */
export async function countSigns(
  { ledger, windows, counted }: Pick<ObjectShared, "ledger" | "windows" | "counted">,
  ports: Pick<ObjectPorts, "policy" | "reader" | "now">,
  groups: readonly ObjectGroup[],
  id: string,
  redelivery: Redelivery,
): Promise<ReadonlySet<SQSRecord>> {
  const suspected = suspects(groups, (event) => counted.has(event));
  const records = suspected.flatMap((group) => group.records);
  const done = new Set<SQSRecord>();
  await redelivery.orRedeliver(records, "signs of re-keying could not be counted", async () => {
    for (const { ref, window, hasSseC, events } of await rekeySigns(ports, suspected)) {
      await windows.add(ref, "REKEY", window, id);
      if (hasSseC) await saveSseCWrite(ledger, ref, ports.now());
      counted.add(events);
    }
    for (const record of records) done.add(record);
  });
  return done;
}
