import { intentTold, type ObjectIntent, readIntents } from "#aws/ledger/object-intents";
import type { WindowName } from "#aws/ledger/window-item";
import { closeWindow, leaveWindow, windowTold } from "#aws/ledger/windows";
import { sendLater } from "#aws/sqs/queue";
import { emptyWindow, isQuiet } from "#core/alert/digest";
import { buildObjectAlert } from "#core/alert/objects";
import { nextHop } from "../queue/hops.ts";
import { endMessage } from "./message.ts";
import type { ObjectShared } from "./shared.ts";

/**
 * Ends a window: closes it and sends its findings as one alert, with the objects whose repair was
 * begun and never recorded as finished. Invocations that may still be running are waited for once;
 * later ones have windows of their own.
 * @param asked - the message that asks for the end, and its hops: several may ask, and one alert is sent
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function endWindow(
  {
    clients: { sqs },
    settings,
    ledger,
    publish,
    now,
  }: Pick<ObjectShared, "clients" | "settings" | "ledger" | "publish" | "now">,
  name: WindowName,
  asked: { readonly by: string; readonly hops: number },
): Promise<void> {
  const queueUrl = settings.QUEUE_URL;
  const { ref } = name;
  const closed = await closeWindow(ledger, name, { id: asked.by, now: now() });
  if (closed === null) return;
  const intents = name.kind === "WINDOW" ? await readIntents(ledger, ref) : [];
  const open = intents.filter(({ told }) => !told);
  const left = open.filter(({ until }) => Date.parse(until) < now());
  const unconfirmed = left.flatMap(({ objects }) => objects.map(({ key }) => key));
  const window = closed.told ? emptyWindow(closed.window.from, closed.window.to) : closed.window;
  const seconds = secondsToWait(open, now());
  if (seconds > 0 && !closed.told) {
    const hops = nextHop(asked.hops, "writes of the window are under way");
    await sendLater(sqs, queueUrl, endMessage(name), seconds, hops);
  }
  if (!isQuiet(window) || unconfirmed.length > 0) {
    const id = closed.told ? (left[0]?.id ?? closed.id) : closed.id;
    await publish(buildObjectAlert({ id, now: now(), ref, window, unconfirmed }));
  }
  if (!closed.told) await windowTold(ledger, name);
  for (const { id } of left) await intentTold(ledger, ref, id);
  if (seconds > 0) await leaveWindow(ledger, name);
}

// --- internal ---

/** Seconds until the last invocation that may still be running must be done. */
function secondsToWait(intents: readonly ObjectIntent[], now: number): number {
  const running = intents.map(({ until }) => Date.parse(until)).filter((until) => until >= now);
  return running.length === 0 ? 0 : (Math.max(...running) - now) / 1000 + 1;
}
