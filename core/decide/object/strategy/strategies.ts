import { copy } from "./copy.ts";
import { update } from "./update.ts";

/**
 * Every way to write an object. The first that meets no obstacle is taken, so the gentlest is
 * first.
 */
export const strategies = { update, copy } as const;

export type StrategyName = keyof typeof strategies;

/** Whether a plan puts a new object in the place of the one that was seen. */
export function replacesObject(action: string): boolean {
  return Object.values(strategies).some(({ name, replaces }) => replaces && name === action);
}
