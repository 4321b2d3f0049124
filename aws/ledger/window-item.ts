import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { mostTelling, type ObjectSample, type ObjectWindow } from "#core/alert/digest";
import { cut } from "#core/cut";
import type { Actor } from "#core/event/trigger";
import type { BucketRef } from "#core/names";
import { objectItem } from "./item-keys.ts";

/**
 * The kinds of window: objects that somebody re-keyed are reported sooner than the rest, windows
 * that say what was told lately are told together.
 */
export type WindowKind = "WINDOW" | "REKEY" | "FOLDED";

/** A window of a bucket; `start` is ISO 8601 and the same for everyone who writes into it. */
export interface WindowName {
  readonly ref: BucketRef;
  readonly kind: WindowKind;
  readonly start: string;
}

/**
 * A window's item: an attribute for each count, which lets DynamoDB add up what many functions
 * find.
 */
export type WindowItem = Record<string, AttributeValue>;

/** Samples after which ordinary ones are no longer added. */
export const MAX_STORED_SAMPLES = 20;
/**
 * The same for telling samples. A part has up to 20, each up to 2.2 KB; an item holds 400 KB.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const MAX_STORED_TELLING = 30;
/** Actors after which no more are added; a part has up to 5. */
export const MAX_STORED_ACTORS = 5;

/** The key of a window's item. */
export function windowKey({ ref, kind, start }: WindowName): WindowItem {
  return { ...objectItem(ref, `${kind}#${start}`) };
}

/** The numbers and sets that a part adds to a window's item. */
export function additions(part: ObjectWindow): readonly Addition[] {
  const counts = [
    ...Object.entries(part.counts).map(([outcome, count]) => [`${COUNT}${outcome}`, count] as const),
    ...Object.entries(part.reasons).map(([code, count]) => [`${REASON}${code}`, count] as const),
    ["rekeyed", part.rekeyed] as const,
    ...(part.windows === undefined ? [] : [["windows", part.windows] as const]),
  ];
  const actors = part.actors.map((actor) => JSON.stringify(actor));
  return [
    ...counts.map(([name, count]): Addition => [name, { N: String(count) }]),
    ...(part.rules.length === 0 ? [] : [["rules", { SS: [...part.rules] }] satisfies Addition]),
    ...(actors.length === 0 ? [] : [["actors", { SS: actors }] satisfies Addition]),
  ];
}

/** The window that an item holds. */
export function windowOf(item: WindowItem, start: string): ObjectWindow {
  return {
    from: item.from?.S ?? start,
    to: item.to?.S ?? start,
    counts: countsOf(item, COUNT),
    reasons: countsOf(item, REASON),
    rules: item.rules?.SS ?? [],
    actors: (item.actors?.SS ?? []).map((actor) => JSON.parse(actor) as Actor),
    rekeyed: Number(item.rekeyed?.N ?? 0),
    ...(item.windows === undefined ? {} : { windows: Number(item.windows.N) }),
    samples: mostTelling(
      (item.samples?.L ?? []).flatMap(({ M: sample }) => (sample === undefined ? [] : [sampleOf(sample)])),
    ),
  };
}

/**
 * A sample as the item holds it: as attributes, since JSON takes six bytes for a control character.
 */
export function sampleItem({ key, versionId, outcome, reason }: ObjectSample): AttributeValue {
  return {
    M: {
      key: { S: key },
      outcome: { S: outcome },
      ...(versionId === null ? {} : { versionId: { S: cut(versionId, MAX_VERSION) } }),
      ...(reason === null ? {} : { reason: { S: cut(reason, MAX_REASON) } }),
    },
  };
}

// --- internal ---

type Addition = [name: string, value: AttributeValue];

/** As much of them as an alert shows. */
const [MAX_VERSION, MAX_REASON] = [128, 240];

const COUNT = "count:";
const REASON = "reason:";

function countsOf(item: WindowItem, prefix: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), Number(value.N)]),
  );
}

function sampleOf({ key, versionId, outcome, reason }: WindowItem): ObjectSample {
  return {
    key: key?.S ?? "",
    versionId: versionId?.S ?? null,
    outcome: outcome?.S as ObjectSample["outcome"],
    reason: reason?.S ?? null,
  };
}
