import type { Answer } from "./answer.ts";
import type { Ward } from "./ward.ts";

/** One thing to look at: its answers say what is right and what is wrong with it. */
export interface Check {
  /** Stable, for scripts. */
  readonly name: string;
  /** No answer: the stage has no such thing. */
  readonly look: (ward: Ward) => Promise<readonly Answer[]>;
}
