import { replacesObject, type StrategyName, strategies } from "#core/decide/object/strategy/strategies";
import { partBytes, partRanges } from "#core/object/parts";
import type { Outcome } from "#core/outcome";
import type { LookedObject } from "./look-at-existing.ts";
import type { ObjectState, ObjectTrait } from "./state-of.ts";

/** An object that illustrates the counts; its name is raw. */
interface TallySample {
  readonly key: string;
  readonly versionId: string | null;
  readonly todo: StrategyName | Outcome;
  readonly reason: string | null;
}

/** Why objects are held or not read: how many, and what is said of the first of them. */
export interface TalliedReason {
  readonly count: number;
  readonly text: string;
}

/** What looks at a bucket's objects found. */
export interface Tally {
  readonly looked: number;
  readonly bytes: number;
  readonly states: Partial<Record<ObjectState, number>>;
  readonly traits: Partial<Record<ObjectTrait, number>>;
  readonly todo: Partial<Record<StrategyName | Outcome, number>>;
  /** Of those that would be updated or copied, those whose rule only reports them. */
  readonly observed: number;
  /** By reason code. */
  readonly reasons: Record<string, TalliedReason>;
  /** Bytes that copies would move, in one call or in parts. */
  readonly copiedBytes: number;
  /** Those of them that copies in parts would move. */
  readonly partBytes: number;
  /** The parts. */
  readonly parts: number;
  /** Writes for which KMS is asked each time. */
  readonly kmsWrites: number;
  readonly samples: TallySample[];
}

export function emptyTally(): Tally {
  return {
    looked: 0,
    bytes: 0,
    states: {},
    traits: {},
    todo: {},
    observed: 0,
    reasons: {},
    copiedBytes: 0,
    partBytes: 0,
    parts: 0,
    kmsWrites: 0,
    samples: [],
  };
}

/** Counts one more look. Changes the tally: there may be millions. */
export function count(tally: Tally, looked: LookedObject): void {
  const sums = tally as { -readonly [name in keyof Tally]: Tally[name] };
  const { object, todo, reasons, size } = looked;
  const isWritten = isAction(todo);
  sums.looked += 1;
  sums.bytes += size;
  plusOne(sums.states, looked.state);
  plusOne(sums.todo, todo);
  for (const trait of looked.traits) plusOne(sums.traits, trait);
  if (looked.isObserved) sums.observed += 1;
  if (replacesObject(todo)) sums.copiedBytes += size;
  if (todo === "copyLarge") {
    sums.partBytes += size;
    sums.parts += partRanges(size, partBytes(size, null)).length;
  }
  if (isWritten && looked.asksKms) sums.kmsWrites += 1;
  if (!TOLD.has(todo)) return;
  const last = reasons.at(-1);
  if (last !== undefined) {
    const before = sums.reasons[last.code];
    sums.reasons[last.code] = { count: (before?.count ?? 0) + 1, text: before?.text ?? last.text };
  }
  if (sums.samples.length < MAX_SAMPLES) {
    const { key, versionId = null } = object;
    sums.samples.push({ key, versionId, todo, reason: last?.text ?? null });
  }
}

/** How many objects would be written. */
export function objectsToWrite({ todo }: Pick<Tally, "todo">): number {
  return Object.values(strategies).reduce((sum, { name }) => sum + (todo[name] ?? 0), 0);
}

// --- internal ---

const MAX_SAMPLES = 20;

/** Outcomes that somebody should know the reasons of. */
const TOLD: ReadonlySet<string> = new Set(["held", "unreadable", "contested", "failed"]);

function isAction(todo: StrategyName | Outcome): boolean {
  return Object.hasOwn(strategies, todo);
}

function plusOne<Name extends string>(counts: Partial<Record<Name, number>>, name: Name): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
