import { type AlarmScope, type IntegrityAlarm, listAlarms } from "#aws/ledger/integrity-alarms";
import type { Table } from "#aws/table";
import { ofPlaces, type Places } from "./open-places.ts";

/** An integrity alarm with the place of its bucket. */
export type PlacedAlarm = IntegrityAlarm & AlarmScope;

/** The alarms of every account and Region that is meant, open ones first, each place by bucket. */
export async function placedAlarms(ledger: Table, places: Places): Promise<PlacedAlarm[]> {
  const found = await ofPlaces(places, async ({ account, region }) =>
    (await listAlarms(ledger, { account, region })).map((alarm) => ({ ...alarm, account, region })),
  );
  const all = found.flat();
  return [...all.filter(({ cleared }) => cleared === null), ...all.filter(({ cleared }) => cleared !== null)];
}
