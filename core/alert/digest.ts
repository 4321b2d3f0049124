import type { Actor, ObjectTrigger } from "#core/event/trigger";
import type { ObjectRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import type { Reason, ReasonCode } from "#core/reason/reason";

/** The counted part of an object's result. */
interface ObjectResult {
  readonly outcome: Outcome;
  readonly rule: string | null;
  readonly reasons: readonly Reason[];
}

/** A sample object that illustrates the counts. Names are raw: the caller must escape them. */
export interface ObjectSample {
  readonly key: string;
  readonly versionId: string | null;
  readonly outcome: Outcome | "re-keyed";
  readonly reason: string | null;
}

/** The digest of one bucket's objects in a window: counts, and a few samples by name. */
export interface ObjectWindow {
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** By outcome. */
  readonly counts: Readonly<Record<string, number>>;
  /** By reason code. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly rules: readonly string[];
  readonly actors: readonly Actor[];
  /** Objects encrypted with a key outside the policy or with SSE-C. */
  readonly rekeyed: number;
  readonly samples: readonly ObjectSample[];
  /** Only where windows are told together: how many. */
  readonly windows?: number;
}

export const MAX_SAMPLES = 20;
const MAX_ACTORS = 5;

/** An empty window. */
export function emptyWindow(from: string, to: string): ObjectWindow {
  return { from, to, counts: {}, reasons: {}, rules: [], actors: [], rekeyed: 0, samples: [] };
}

/** Whether a result is counted and shown in the window. */
export function isShown({ outcome }: ObjectResult): boolean {
  return SHOWN.has(outcome);
}

/** The window with one more object; one that needed nothing changes nothing. */
export function withResult(
  window: ObjectWindow,
  object: ObjectRef,
  result: ObjectResult,
  triggers: readonly ObjectTrigger[],
): ObjectWindow {
  if (!isShown(result)) return window;
  const reason = tellingReason(result)?.text ?? null;
  const codes = new Set(result.reasons.map(({ code }) => code));
  return {
    ...window,
    counts: more(window.counts, result.outcome),
    reasons: [...codes].reduce(more, window.reasons),
    rules: result.rule === null ? window.rules : union(window.rules, [result.rule]),
    actors: actors(
      window.actors,
      triggers.map(({ actor }) => actor),
    ),
    samples: mostTelling([...window.samples, sampleOf(object, result.outcome, reason)]),
  };
}

/** The window with one more sign of re-keying. */
export function withRekeying(
  window: ObjectWindow,
  object: ObjectRef,
  { kind, key }: { readonly kind: "foreign-key" | "customer-key"; readonly key: string | null },
  trigger: ObjectTrigger,
): ObjectWindow {
  const reason = kind === "customer-key" ? "a key that only the writer holds (SSE-C)" : `under ${key}`;
  return {
    ...window,
    rekeyed: window.rekeyed + 1,
    actors: actors(window.actors, [trigger.actor]),
    samples: mostTelling([...window.samples, sampleOf(object, "re-keyed", reason)]),
  };
}

/** Whether there is nothing to report. */
export function isQuiet(window: ObjectWindow): boolean {
  return window.rekeyed === 0 && Object.keys(window.counts).length === 0;
}

/**
 * What a window tells of replicas that are not as declared, if it tells of nothing else; `null`: it
 * does. Their source goes on making them, so each window would tell the same, in the same text.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export function replicasAlone({ counts, reasons, rekeyed, rules }: ObjectWindow): string | null {
  const { held = 0, ...others } = counts;
  const isAlone = rekeyed === 0 && held > 0 && Object.keys(others).length === 0;
  if (!isAlone || reasons["object-replica"] !== held) return null;
  return JSON.stringify([[...rules].sort(), Object.keys(reasons).sort()]);
}

/** Samples from most to least telling, limited to what an alert shows. */
export function mostTelling(found: readonly ObjectSample[]): readonly ObjectSample[] {
  const rank = ({ outcome }: ObjectSample) => TELLING.indexOf(outcome);
  return found.toSorted((one, other) => rank(one) - rank(other)).slice(0, MAX_SAMPLES);
}

/** Whether a sample may require a person to act. */
export function isTelling({ outcome }: ObjectSample): boolean {
  return outcome !== "changed" && outcome !== "superseded";
}

/**
 * The most telling reason about an object: the difference if it was re-encrypted or only reported,
 * else what prevented it from being re-encrypted. `null`: there is none.
 */
export function tellingReason({ outcome, reasons }: Pick<ObjectResult, "outcome" | "reasons">): Reason | null {
  const isDifference = ({ code }: Reason) => DIFFERENCES.has(code);
  const found = WHAT.has(outcome)
    ? reasons.find(isDifference)
    : reasons.findLast((reason) => !isDifference(reason) && reason.code !== "old-version-remains");
  return found ?? reasons[0] ?? null;
}

// --- internal ---

type Counts = Readonly<Record<string, number>>;

function more(counts: Counts, name: string): Counts {
  return { ...counts, [name]: (counts[name] ?? 0) + 1 };
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

function actors(a: readonly Actor[], b: readonly Actor[]): readonly Actor[] {
  const byName = new Map([...a, ...b].map((actor) => [JSON.stringify(actor), actor]));
  return [...byName.values()].slice(0, MAX_ACTORS);
}

/** From most to least telling: repaired objects must not crowd out those a person has to see. */
const TELLING: readonly ObjectSample["outcome"][] = [
  "re-keyed",
  "failed",
  "contested",
  "held",
  "unreadable",
  "reported",
  "changed",
  "superseded",
];

/** Outcomes that are counted and shown; objects that needed nothing are not. */
const SHOWN: ReadonlySet<ObjectSample["outcome"]> = new Set(TELLING);

function sampleOf(
  { key, versionId }: ObjectRef,
  outcome: ObjectSample["outcome"],
  reason: string | null,
): ObjectSample {
  return { key, versionId: versionId ?? null, outcome, reason };
}

/** Outcomes for which the difference is more telling than the obstacle. */
const WHAT: ReadonlySet<Outcome> = new Set(["changed", "reported"]);

const DIFFERENCES: ReadonlySet<ReasonCode> = new Set([
  "algorithm-differs",
  "key-differs",
  "key-relative",
  "bucket-key-differs",
]);
