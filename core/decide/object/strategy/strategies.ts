import { copy } from "./copy.ts";
import { copyLarge } from "./copy-large.ts";
import { update } from "./update.ts";

/** All strategies. The first without an obstacle is used, so the gentlest comes first. */
export const strategies = { update, copy, copyLarge } as const;

export type StrategyName = keyof typeof strategies;

/** Whether a plan replaces the object that was seen with a new one. */
export function replacesObject(action: string): boolean {
  return Object.values(strategies).some(({ name, replaces }) => replaces && name === action);
}
