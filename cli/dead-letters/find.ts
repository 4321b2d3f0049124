import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { OpenQueue } from "./open-queues.ts";
import { type Held, takeLetters } from "./take.ts";

/** How many letters of one queue a command looks through. */
export const MOST_LETTERS = 1_000;

/** The shortest beginning of an id that names a letter. */
const SHORTEST = 6;

/**
 * Does something with the letter whose id begins so; all others are put back.
 * @param work - says whether it deleted the letter
 * @throws CliError if there is none, or several
 */
export async function withLetter<T>(
  queues: readonly OpenQueue[],
  id: string,
  work: (letter: Held, queue: OpenQueue) => Promise<{ readonly gone: boolean; readonly result: T }>,
): Promise<T> {
  const [queue, whole] = await whereIs(queues, id);
  const results: T[] = [];
  const isIt = (letter: Held) => letter.id === whole;
  await takeLetters(queue, { most: MOST_LETTERS, until: isIt }, async (held) => {
    const letter = held.find(isIt);
    if (letter === undefined) throw notThere(id);
    const { gone, result } = await work(letter, queue);
    results.push(result);
    return new Set(gone ? [letter.id] : []);
  });
  return results[0] as T;
}

// --- internal ---

/** The queue that holds the letter, and the letter's whole id. */
async function whereIs(queues: readonly OpenQueue[], id: string): Promise<readonly [OpenQueue, string]> {
  if (id.length < SHORTEST) {
    throw new CliError(`an id has at least ${SHORTEST} characters: bucketseal dead-letters list shows them`, {
      code: "usage",
    });
  }
  const found: (readonly [OpenQueue, string])[] = [];
  await Promise.all(
    queues.map((queue) =>
      takeLetters(queue, { most: MOST_LETTERS }, async (held) => {
        for (const letter of held) if (letter.id.startsWith(id)) found.push([queue, letter.id]);
        return new Set();
      }),
    ),
  );
  const [only, other] = found;
  if (only === undefined) throw notThere(id);
  if (other === undefined) return only;
  throw new CliError(`several dead letters begin with "${safe(id)}": write more of the id`, { code: "usage" });
}

function notThere(id: string): CliError {
  return new CliError(`there is no dead letter "${safe(id)}", or somebody else holds it at the moment`, {
    code: "no-letter",
  });
}
