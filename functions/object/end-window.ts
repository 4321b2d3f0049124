import type { SQSClient } from "@aws-sdk/client-sqs";
import { intentTold, type ObjectIntent, readIntents } from "#aws/ledger/object-intents";
import type { WindowName } from "#aws/ledger/window-item";
import { closeWindow, leaveWindow, windowTold } from "#aws/ledger/windows";
import { sendLater } from "#aws/sqs/queue";
import type { Table } from "#aws/table";
import { emptyWindow, isQuiet } from "#core/alert/digest";
import { buildObjectAlert } from "#core/alert/objects";
import type { Ports } from "#core/bucket/ports";
import { endMessage } from "./message.ts";

export interface EndSettings {
  readonly ledger: Table;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly publish: Ports["publish"];
  readonly now: () => number;
}

/**
 * Ends a window: it takes nothing more, and what is in it goes out as one alert, with the objects whose repair was begun and never recorded as
 * finished. Invocations that may still be at work are waited for once: later ones have windows of their own. `by` names the message that asks
 * for the end: others that ask at the same time do no harm, a window is told once.
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function endWindow(settings: EndSettings, name: WindowName, by: string): Promise<void> {
  const { ledger, sqs, queueUrl, publish } = settings;
  const { ref } = name;
  const closed = await closeWindow(ledger, name, { id: by, now: settings.now() });
  if (closed === null) return;
  const intents = name.kind === "WINDOW" ? await readIntents(ledger, ref) : [];
  const open = intents.filter(({ told }) => !told);
  const left = open.filter(({ until }) => Date.parse(until) < settings.now());
  const unconfirmed = left.flatMap(({ objects }) => objects.map(({ key }) => key));
  const window = closed.told ? emptyWindow(closed.window.from, closed.window.to) : closed.window;
  const seconds = waitFor(open, settings.now());
  if (seconds > 0 && !closed.told) await sendLater(sqs, queueUrl, endMessage(name), seconds);
  if (!isQuiet(window) || unconfirmed.length > 0) {
    const id = closed.told ? (left[0]?.id ?? closed.id) : closed.id;
    await publish(buildObjectAlert({ id, now: settings.now(), ref, window, unconfirmed }));
  }
  if (!closed.told) await windowTold(ledger, name);
  for (const { id } of left) await intentTold(ledger, ref, id);
  if (seconds > 0) await leaveWindow(ledger, name);
}

// --- internal ---

/** Seconds until the last of the invocations that are still at work must be done. */
function waitFor(intents: readonly ObjectIntent[], now: number): number {
  const running = intents.map(({ until }) => Date.parse(until)).filter((until) => until >= now);
  return running.length === 0 ? 0 : (Math.max(...running) - now) / 1000 + 1;
}
