import type { Letter, LetterKind } from "./letter.ts";

/** What became of dead letters that were to be sent back. */
export interface Redriven {
  readonly redriven: readonly Pick<Letter, "id" | "queue" | "bucket">[];
  readonly skipped: readonly {
    readonly id: string;
    readonly queue: string;
    readonly kind: LetterKind;
    readonly why: string;
  }[];
}

/** Why a letter is not sent back by itself; `null`: it is. */
export function whyNot({ kind, cause }: Pick<Letter, "kind" | "cause">): string | null {
  if (kind === "malformed") return `malformed (${cause}): it would only come back; send it with ID --malformed`;
  if (kind === "policy-change")
    return "a change of the policy, no message of a queue: see bucketseal policy versions, then drop it";
  return null;
}
