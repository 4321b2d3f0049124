/** Facts that the result depends on and that have not been read yet. */
export interface Needs<Need> {
  readonly kind: "needs";
  readonly needs: readonly Need[];
}

/** Returns the facts with one added; its input is not modified. */
export type FactChange<Facts> = (before: Facts) => Facts;

/** Rounds of reads: match (three), encryption or head, keys, pins, and what follows from them. */
const ROUNDS = 8;

/**
 * Reads only the facts that a result depends on: a pure function requests them and `look` reads
 * them, until there is a result. Facts requested together are read in parallel.
 *
 * @param name - what the error calls `decide`
 * @param look - reads one fact and returns how to add it to the others
 * @throws whatever `look` throws, or an `Error` if `decide` never stops asking.
 */
export async function ask<Facts, Need, Answer extends { readonly kind: string }>(
  name: string,
  decide: (facts: Facts) => Needs<Need> | Answer,
  known: Facts,
  look: (need: Need) => Promise<FactChange<Facts>>,
): Promise<{ readonly answer: Answer; readonly facts: Facts }> {
  let facts = known;
  for (let round = 0; round < ROUNDS; round++) {
    const answer = decide(facts);
    if (!isNeeds(answer)) return { answer, facts };
    const changes = await Promise.all(answer.needs.map(look));
    facts = changes.reduce((merged, change) => change(merged), facts);
  }
  throw new Error(`${name} asked for facts ${ROUNDS} times and came to no plan`);
}

// --- internal ---

function isNeeds<Need, Answer extends { readonly kind: string }>(answer: Needs<Need> | Answer): answer is Needs<Need> {
  return answer.kind === "needs";
}
