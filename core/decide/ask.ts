/** Facts that an answer depends on and that nobody has looked at yet. */
export interface Needs<Need> {
  readonly kind: "needs";
  readonly needs: readonly Need[];
}

/** Returns facts with one more; those it is given are not touched. */
export type FactChange<Facts> = (before: Facts) => Facts;

/** Rounds of questions: match, encryption or head, keys, pins, and what their answers lead to. */
const ROUNDS = 8;

/**
 * Reads what an answer depends on, and nothing else: a pure function asks, `look` looks, until
 * there is an answer. Everything that is asked for at once is looked at side by side.
 *
 * @param name - what the error calls `decide`
 * @param look - looks at one fact, and returns how it is added to the others
 * @throws whatever `look` throws, or an `Error` where `decide` asks without end.
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
