import type { Breaker } from "#core/ledger/breaker";
import { at } from "./loop.ts";

/** A breaker that opened a minute ago, after three writes that ci undid. */
export const openBreaker: Breaker = {
  openedAt: at(-60),
  until: at(540),
  coolDown: 600,
  trialAt: null,
  theirs: ["ci"],
  ours: "arn:role",
  writes: 3,
};
