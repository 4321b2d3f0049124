import type { ObjectFacts } from "#core/decide/object/facts";
import type { WantedObjectEncryption } from "#core/encryption";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import { type StrategyName, strategies } from "./strategies.ts";
import type { CopyRule } from "./strategy.ts";

/** How to re-encrypt an object; `hold`: Bucketseal cannot, with the reason. */
export type Choice =
  | { readonly kind: StrategyName }
  /** `transient`: the obstacle goes away by itself. */
  | { readonly kind: "hold"; readonly reason: Reason; readonly transient: boolean };

/**
 * Chooses a strategy from the object's properties, before any call: S3's refusals do not say why.
 * Nothing may break a lock or replication; of the strategies, the first without an obstacle is
 * used.
 */
export function chooseStrategy(
  seen: ObjectFacts,
  wanted: WantedObjectEncryption,
  facts: CopyRule & { readonly now: number },
): Choice {
  const held = locked(seen, facts.now) ?? replicated(seen);
  if (held !== null) return held;
  const obstacles: Reason[] = [];
  for (const strategy of Object.values(strategies)) {
    const obstacle = strategy.obstacle(seen, wanted, facts);
    if (obstacle === null) return { kind: strategy.name };
    obstacles.push(obstacle);
  }
  const { code } = obstacles.at(-1) as Reason;
  const texts = new Set(obstacles.map(({ text }) => text));
  return hold({ code, text: [...texts].join(", and ") });
}

// --- internal ---

function locked(seen: ObjectFacts, now: number): Choice | null {
  if (seen.legalHold) return hold({ code: "object-locked", text: "the object is under a legal hold" });
  if (seen.lockUntil === undefined || Date.parse(seen.lockUntil) <= now) return null;
  const text = `the object is locked (${safe(seen.lockMode ?? "retention")}) until ${safe(seen.lockUntil)}`;
  return hold({ code: "object-locked", text });
}

function replicated({ replication }: ObjectFacts): Choice | null {
  if (replication === "REPLICA") {
    return hold({ code: "object-replica", text: "the object is a replica: its source determines its encryption" });
  }
  if (replication !== "PENDING") return null;
  const text = "replication of the object is pending, and a change now might stop it";
  return hold({ code: "replication-pending", text }, true);
}

function hold(reason: Reason, transient = false): Choice {
  return { kind: "hold", reason, transient };
}
