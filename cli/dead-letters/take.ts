import { type DeadMessage, putBack, takeDead } from "#aws/sqs/dead-letters";
import { type Letter, readLetter } from "./letter.ts";
import type { OpenQueue } from "./open-queues.ts";

/** A dead letter that is held: hidden from others until it is put back. */
export interface Held extends Letter {
  readonly message: DeadMessage;
}

/**
 * Takes the letters of a queue, oldest first, and puts back what `work` does not say it is done
 * with, whatever happens. If this process dies they come back by themselves within a minute.
 * @param limits - how many at most, and what ends the taking before
 * @param work - returns the ids of the letters that it deleted
 */
export async function takeLetters(
  queue: OpenQueue,
  { most, until = () => false }: { readonly most: number; readonly until?: (letter: Held) => boolean },
  work: (held: readonly Held[]) => Promise<ReadonlySet<string>>,
): Promise<void> {
  const held = new Map<string, Held>();
  let gone: ReadonlySet<string> = new Set();
  try {
    const end = Date.now() + TAKING_MS;
    while (held.size < most && Date.now() < end && ![...held.values()].some(until)) {
      const before = held.size;
      for (const message of await takeDead(queue.sqs, queue.url, HIDDEN_SECONDS)) {
        held.set(message.id, { ...readLetter(message, queue, queue.home), message });
      }
      if (held.size === before) break;
    }
    gone = await work([...held.values()].sort((a, b) => a.sentAt.localeCompare(b.sentAt)));
  } finally {
    const left = [...held.values()].filter(({ id }) => !gone.has(id));
    const handles = left.map(({ message }) => message.handle);
    await putBack(queue.sqs, queue.url, handles).catch(() => undefined);
  }
}

// --- internal ---

/** How long a letter is hidden while it is looked at. */
const HIDDEN_SECONDS = 60;

/** How long letters are taken: well within the time for which the first one is hidden. */
const TAKING_MS = 25_000;
