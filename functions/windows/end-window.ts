import { intentTold, type ObjectIntent, readIntents } from "#aws/ledger/object-intents";
import { tellsOfReplicas } from "#aws/ledger/replicas-told";
import type { WindowName } from "#aws/ledger/window-item";
import { type ClosedWindow, closeWindow, keepTelling, leaveWindow, windowTold } from "#aws/ledger/windows";
import { sendLater } from "#aws/sqs/queue";
import { emptyWindow, isQuiet, replicasAlone } from "#core/alert/digest";
import { buildObjectAlert } from "#core/alert/objects";
import { endMessage } from "../object/message.ts";
import type { ObjectShared } from "../object/shared.ts";
import { nextHop } from "../queue/hops.ts";
import { alertId } from "../runtime/alert-id.ts";

/**
 * Ends a window: closes it and sends its findings as one alert, with the objects whose repair was
 * begun and never recorded as finished. Invocations that may still be running are waited for once;
 * later ones have windows of their own.
 * @param asked - the message that asks for the end, and its hops: several may ask, and one alert is
 *   sent
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function endWindow(
  shared: WindowPorts,
  name: WindowName,
  asked: { readonly by: string; readonly hops: number },
): Promise<void> {
  const { clients, settings, ledger, now } = shared;
  const closed = await closeWindow(ledger, name, { id: asked.by, now: now() });
  if (closed === null) return;
  const intents = name.kind === "WINDOW" ? await readIntents(ledger, name.ref) : [];
  const open = intents.filter(({ told }) => !told);
  const left = open.filter(({ until }) => Date.parse(until) < now());
  const seconds = secondsToWait(open, now());
  if (seconds > 0 && !closed.told) {
    const hops = nextHop(asked.hops, "writes of the window are under way");
    await sendLater(clients.sqs, settings.QUEUE_URL, endMessage(name), seconds, hops);
  }
  await (closed.told ? tellLeft(shared, name, closed, left) : tellWindow(shared, name, closed, left));
  if (seconds > 0) await leaveWindow(ledger, name);
}

// --- internal ---

type WindowPorts = Pick<ObjectShared, "clients" | "settings" | "ledger" | "isMember" | "publish" | "now">;

/**
 * Tells a window. What is told is kept first, so that every attempt tells the same. Replicas that
 * their source goes on making other than declared are told once.
 */
async function tellWindow(
  { ledger, isMember, publish, now }: WindowPorts,
  name: WindowName,
  { id, window }: ClosedWindow,
  left: readonly ObjectIntent[],
): Promise<void> {
  const { ref } = name;
  const unconfirmed = keysOf(left);
  const replicas = unconfirmed.length === 0 ? replicasAlone(window) : null;
  const told = { what: `${replicas}`, window: id, now: now() };
  const isKnown = replicas !== null && !(await tellsOfReplicas(ledger, ref, told));
  const isNothing = isKnown || (isQuiet(window) && unconfirmed.length === 0);
  const alert = isNothing ? null : buildObjectAlert({ id, now: now(), ref, isMember, window, unconfirmed });
  const intents = left.map((intent) => intent.id);
  const kept = alert === null ? { alert, intents } : await keepTelling(ledger, name, { alert, intents });
  if (kept.alert !== null) await publish(kept.alert);
  await windowTold(ledger, name);
  for (const each of kept.intents) await intentTold(ledger, ref, each);
}

/**
 * Tells the intents that were still open when their window was told, and that nobody has closed
 * since. Id and time follow from what is told.
 */
async function tellLeft(
  { ledger, isMember, publish }: WindowPorts,
  { ref }: WindowName,
  { id: window, window: { from, to } }: ClosedWindow,
  left: readonly ObjectIntent[],
): Promise<void> {
  const unconfirmed = keysOf(left);
  if (unconfirmed.length > 0) {
    const id = alertId("unconfirmed", window, ...left.map((intent) => intent.id), ...unconfirmed);
    const now = Math.max(...left.map(({ until }) => Date.parse(until)));
    await publish(buildObjectAlert({ id, now, ref, isMember, window: emptyWindow(from, to), unconfirmed }));
  }
  for (const { id } of left) await intentTold(ledger, ref, id);
}

function keysOf(intents: readonly ObjectIntent[]): readonly string[] {
  return intents.flatMap(({ objects }) => objects.map(({ key }) => key));
}

/** Seconds until the last invocation that may still be running must be done. */
function secondsToWait(intents: readonly ObjectIntent[], now: number): number {
  const running = intents.map(({ until }) => Date.parse(until)).filter((until) => until >= now);
  return running.length === 0 ? 0 : (Math.max(...running) - now) / 1000 + 1;
}
