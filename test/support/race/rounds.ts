import { numbers } from "../numbers.ts";

/**
 * A writer's acts on a key. The function looks at an object before it writes it, and right before a
 * copy once more.
 */
export interface Act {
  readonly kind: "write" | "delete";
  /** Wait until the function has looked at the key this many times. */
  readonly looks: 0 | 1 | 2;
  /** Milliseconds to wait then. */
  readonly delay: number;
  /** As declared, or with SSE-S3. */
  readonly encryption: "declared" | "wrong";
  /** The bytes of the act before once more, with other metadata. */
  readonly repeats: boolean;
}

/**
 * The acts on one fresh key: a write with the wrong encryption, and more while it is being
 * repaired.
 */
export interface Round {
  readonly key: string;
  readonly acts: readonly Act[];
}

/**
 * Rounds by a seed; every tenth ends with a deletion. No key is written more than three times with
 * the wrong encryption: a fourth copy within ten minutes would be held as contested, rightly.
 */
export function makeRounds(count: number, seed: number): Round[] {
  const random = numbers(seed);
  return Array.from({ length: count }, (_, at) => ({
    key: `round/${String(at).padStart(4, "0")}`,
    acts: [first, ...followers(random), ...(at % 10 < 9 ? [] : [{ ...follower(random), kind: "delete" } as const])],
  }));
}

/** This many overwrites of one key, one right after the other, all with the wrong encryption. */
export function hammer(count: number): Round {
  return { key: "hammered", acts: Array.from({ length: count }, () => first) };
}

/**
 * The bytes of an act of a round: other bytes and another length for every act, unless it repeats
 * those of the one before.
 */
export function bodyOf({ key, acts }: Round, at: number): string {
  return acts[at]?.repeats === true ? bodyOf({ key, acts }, at - 1) : `${key}: act ${at} `.padEnd(100 + at, "x");
}

// --- internal ---

const first: Act = { kind: "write", looks: 0, delay: 0, encryption: "wrong", repeats: false };

function followers(random: () => number): Act[] {
  const acts = [follower(random)];
  if (random() < 0.3) acts.push(follower(random));
  if (random() < 0.15) acts.splice(1, 0, { ...follower(random), encryption: "declared" });
  if (random() < 0.08) acts.unshift({ ...follower(random), kind: "delete" });
  return acts.map((act, at) => {
    const before = acts[at - 1] ?? first;
    const repeats = act.kind === "write" && before.kind === "write" && random() < 0.1;
    // A deleted object is not looked at.
    return { ...act, repeats, looks: before.kind === "delete" ? 0 : act.looks };
  });
}

/**
 * Mostly right after a look of the function, some at any time while it is about to come, some at
 * once.
 */
function follower(random: () => number): Act {
  const kind = random();
  if (kind < 0.2) return first;
  if (kind < 0.4) return { ...first, delay: Math.floor(random() * 1500) };
  if (kind < 0.7) return { ...first, looks: 1, delay: Math.floor(random() ** 2 * 80) };
  return { ...first, looks: 2, delay: Math.floor(random() * 15) };
}
