import type { Alert } from "#core/alert/schema";
import type { Plan } from "#core/decide/plan";
import type { Algorithm, BucketEncryption } from "#core/encryption";
import { sameEncryption, strengthOf } from "#core/encryption";
import { judged } from "../core/world.ts";
import type { Aws } from "./aws.ts";
import type { Simulation } from "./simulation.ts";
import { declaredKey } from "./story.ts";

/** The true state of the bucket, whether it can be read or not. */
export function truth({ aws, clock }: Simulation): Plan {
  return judged(aws.inForce.policy, {
    now: clock.now,
    encryption: aws.encryption,
    tags: aws.tagHistory.at(-1)?.tags ?? {},
    keys: Object.fromEntries([...aws.keys].map(([name, key]) => [name, key.arn])),
    pins: Object.fromEntries(aws.pins),
  }).plan;
}

/** Alerts in order, each once. */
export function alertsOf(aws: Aws): Alert[] {
  return [...new Map(aws.published.map(({ alert }) => [alert.id, alert])).values()];
}

/** Broken promises; there should be none. */
export function broken(simulation: Simulation): string[] {
  const { aws, weather } = simulation;
  return [
    ...silentWrites(aws),
    ...weakened(simulation),
    ...repeated(alertsOf(aws)),
    ...falseClaims(simulation),
    ...doubled(aws, weather.mishaps ?? 0),
  ];
}

// --- internal ---

/**
 * A write without its intent on record, or without an alert of its own. One whose response was
 * lost, and that was made again before anybody else wrote, is one change with the next.
 */
function silentWrites({ writes, published, history }: Aws): string[] {
  return writes.flatMap(({ at, intent, wanted }, index) => {
    const isRecorded = intent !== null && sameEncryption(intent.after, wanted);
    const others = history.filter((state) => state.at > at && !sameEncryption(state.encryption, wanted));
    const again = writes.slice(index + 1).filter((write) => !others.some((state) => state.at < write.at));
    const ids = new Set([intent, ...again.map((write) => write.intent)].map((each) => each?.id));
    const isTold = published.some(({ alert }) => {
      const folded = alert.repeated?.folded.flatMap(({ changes }) => changes) ?? [];
      return (ids.has(alert.id) && TELLS.has(alert.outcome)) || folded.some((id) => ids.has(id));
    });
    const isGone = history.some((state) => state.at > at && state.encryption === null);
    return [
      ...(isRecorded ? [] : ["a write without an intent"]),
      ...(isTold || isGone ? [] : ["a write without an alert"]),
    ];
  });
}

const TELLS: ReadonlySet<Alert["outcome"]> = new Set(["changed", "superseded"]);

/** A write that weakened a state which had lasted long enough to be seen. */
function weakened({ aws, weather }: Simulation): string[] {
  return aws.writes.flatMap(({ at, over, wanted }) => {
    const isFresh = aws.history.some((state) => state.at < at && state.at > at - weather.stale - 30_000);
    return !isFresh && over !== null && isWeaker(wanted, over) ? [`weakened to ${JSON.stringify(wanted)}`] : [];
  });
}

function isWeaker(after: BucketEncryption, before: BucketEncryption): boolean {
  const strength = ({ algorithm }: BucketEncryption) => strengthOf((algorithm ?? "AES256") as Algorithm);
  const isForeign = before.key !== undefined && before.key !== declaredKey;
  return (!isForeign && strength(after) < strength(before)) || (before.sseC === "SSE-C" && after.sseC === "NONE");
}

/** The same alert twice in a row. */
function repeated(alerts: readonly Alert[]): string[] {
  const said = alerts.map(({ outcome, rule, before, after, reasons }) =>
    outcome === "changed"
      ? null
      : JSON.stringify([outcome, rule, before, after, reasons]).replace(/\d+ ms/g, "so long"),
  );
  return said.flatMap((text, at) => (text !== null && text === said[at - 1] ? [`told twice: ${text}`] : []));
}

/** An alert of a change that was not made. */
function falseClaims({ aws }: Simulation): string[] {
  return alertsOf(aws).flatMap(({ id, outcome, after }) => {
    const isMade = aws.writes.some(({ intent }) => intent?.id === id);
    const wasSet =
      aws.history.filter(({ encryption }) => JSON.stringify(encryption) === JSON.stringify(after)).length > 1;
    return outcome === "changed" && !isMade && !wasSet ? [`a change that nobody made: ${id}`] : [];
  });
}

/** An alert sent twice without any fault. */
function doubled({ published }: Aws, misfortunes: number): string[] {
  const surplus = published.length - new Set(published.map(({ alert }) => alert.id)).size;
  return surplus > misfortunes ? [`${surplus} alerts sent again after ${misfortunes} misfortunes`] : [];
}
