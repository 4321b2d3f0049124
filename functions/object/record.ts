import { messageOf } from "#aws/error";
import { readIntents, shrinkIntent } from "#aws/ledger/object-intents";
import type { Table } from "#aws/table";
import { emptyWindow, isQuiet, withResult } from "#core/alert/digest";
import { receivesOf } from "../queue/redelivery.ts";
import { logger } from "../runtime/telemetry.ts";
import { type IntentLog, named, nameOfObject, without } from "./intent-log.ts";
import type { ObjectLook } from "./look.ts";
import type { Windows } from "./windows.ts";

export type Done = Extract<ObjectLook, { kind: "done" }>;

export interface RecordSettings {
  readonly ledger: Table;
  readonly windows: Windows;
  /** The name of this invocation and its intents. */
  readonly id: string;
  /** ISO 8601: when the batch was begun. */
  readonly from: string;
  readonly now: () => number;
}

/**
 * Counts what was found about objects of one bucket and then closes the intents behind it. An object that is as declared now, and that an
 * earlier invocation was about to write when it was cut short, was changed by that one: no repair is silent.
 * @throws RetryableError if it could not be counted; the messages have to come again.
 */
export async function recordObjects(
  settings: RecordSettings,
  intents: ReadonlyMap<string, IntentLog>,
  looks: readonly Done[],
): Promise<void> {
  const { ledger, windows, id } = settings;
  const ref = looks[0]?.group.object.bucket;
  if (ref === undefined) return;
  const redelivered = looks.filter(isRedelivered).map(({ group }) => named(group.object));
  const others = redelivered.length === 0 ? [] : await readIntents(ledger, ref);
  const begun = new Set(others.flatMap(({ objects }) => objects.map(nameOfObject)));

  const empty = emptyWindow(settings.from, new Date(settings.now()).toISOString());
  const told = looks.filter((look) => !isToldBefore(look)).map((look) => asChanged(look, begun));
  const found = told.reduce(
    (window, { group, result }) => withResult(window, group.object, result, group.triggers),
    empty,
  );
  if (!isQuiet(found)) await windows.add(ref, "WINDOW", found, id);

  try {
    await intents.get(ref.bucket)?.settle(looks.map(({ group }) => named(group.object)));
    for (const intent of others) {
      const left = without(intent.objects, redelivered);
      if (intent.id !== id && left.length < intent.objects.length) await shrinkIntent(ledger, ref, intent, left);
    }
  } catch (error) {
    // The end of the window names what is still open: once too often rather than never.
    logger.warn("intents stay open", { ...ref, cause: messageOf(error) });
  }
}

// --- internal ---

function isRedelivered({ group }: Done): boolean {
  return group.records.some((record) => receivesOf(record) > 1);
}

/** What is put off again was told when it was put off for the first time. */
function isToldBefore({ group, result }: Done): boolean {
  return group.again && result.lookAgainSeconds !== undefined;
}

function asChanged(look: Done, begun: ReadonlySet<string>): Done {
  const isOurs = look.result.outcome === "left alone" && begun.has(nameOfObject(named(look.group.object)));
  return isOurs && isRedelivered(look) ? { ...look, result: { ...look.result, outcome: "changed" } } : look;
}
