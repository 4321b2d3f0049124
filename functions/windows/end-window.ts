import { intentTold, type ObjectIntent, readIntents } from "#aws/ledger/object-intents";
import { tellsOfReplicas } from "#aws/ledger/replicas-told";
import type { WindowName } from "#aws/ledger/window-item";
import {
  type ClosedWindow,
  closeWindow,
  keepTelling,
  leaveWindow,
  readToldWindows,
  saveToldWindows,
  windowTold,
} from "#aws/ledger/windows";
import { sendLater } from "#aws/sqs/queue";
import { emptyWindow, isQuiet, replicasAlone } from "#core/alert/digest";
import { buildObjectAlert } from "#core/alert/objects";
import { limitsOf } from "#core/ledger/limits";
import { isToldOften, repeatedWindows, withWindow } from "#core/ledger/telling/window-fold";
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
  const { clients, settings, ledger, windows, now } = shared;
  const early = name.kind === "FOLDED" ? (windows.endOf(name) - now()) / 1000 : 0;
  if (early > 0) {
    // A message waits for fifteen minutes at the most.
    const hops = nextHop(asked.hops, "windows told together are still being counted");
    await sendLater(clients.sqs, settings.QUEUE_URL, endMessage(name), early, hops);
    return;
  }
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

type WindowPorts = Pick<
  ObjectShared,
  "clients" | "settings" | "ledger" | "isMember" | "windows" | "policy" | "publish" | "now"
>;

/**
 * Tells a window, or counts it where it says what was told three times lately. What becomes of it
 * is kept first, so that every attempt does the same. Replicas that their source goes on making
 * other than declared are told once.
 */
async function tellWindow(
  shared: WindowPorts,
  name: WindowName,
  { id, window }: ClosedWindow,
  left: readonly ObjectIntent[],
): Promise<void> {
  const { ledger, isMember, windows, publish, now } = shared;
  const { ref, kind } = name;
  const unconfirmed = keysOf(left);
  const replicas = kind === "WINDOW" && unconfirmed.length === 0 ? replicasAlone(window) : null;
  const found = { what: `${replicas}`, window: id, now: now() };
  const isKnown = replicas !== null && !(await tellsOfReplicas(ledger, ref, found));
  const isNothing = isKnown || (isQuiet(window) && unconfirmed.length === 0);
  const told = isNothing || kind === "REKEY" ? null : await readToldWindows(ledger, ref);
  const repeated = repeatedWindows(told, window);
  const alert = isNothing ? null : buildObjectAlert({ id, now: now(), ref, isMember, window, unconfirmed, repeated });
  const intents = left.map((intent) => intent.id);
  const isFolded =
    alert !== null &&
    kind === "WINDOW" &&
    replicas === null &&
    isToldOften(told, window, alert.severity, unconfirmed.length, now()) &&
    (await folds(shared));
  const telling = { alert, intents, isFolded };
  const kept = alert === null ? telling : await keepTelling(ledger, name, telling);
  if (kept.isFolded === true) await windows.add(ref, "FOLDED", { ...window, windows: 1 }, id);
  else if (kept.alert !== null) await publish(kept.alert);
  if (alert !== null && kind === "WINDOW")
    await saveToldWindows(ledger, ref, withWindow(told, window, id, now()), now());
  await windowTold(ledger, name);
  for (const each of kept.intents) await intentTold(ledger, ref, each);
}

/** Whether the policy has what repeats counted; where it cannot be read, everything is told. */
async function folds({ policy }: WindowPorts): Promise<boolean> {
  try {
    return limitsOf((await policy()).policy.policy).fold > 0;
  } catch {
    return false;
  }
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
