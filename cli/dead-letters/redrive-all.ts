import { dropDead, sendAgain } from "#aws/sqs/dead-letters";
import { mapPool } from "../buckets/pool.ts";
import { CliError } from "../error.ts";
import { MOST_LETTERS } from "./find.ts";
import type { OpenQueue } from "./open-queues.ts";
import { type Redriven, whyNot } from "./redriven.ts";
import { takeLetters } from "./take.ts";

/**
 * Sends back every letter that can be, queue by queue. What arrived after the command began is left
 * alone, so that messages whose cause is still there do not go in circles.
 * @throws CliError if malformed ones are asked for: each is sent by its id
 */
export async function redriveAll(queues: readonly OpenQueue[], malformed: boolean): Promise<Redriven> {
  if (malformed) throw new CliError("--malformed needs the id of the one message", { code: "usage" });
  const began = new Date().toISOString();
  const redriven: Redriven["redriven"][number][] = [];
  const skipped = new Map<string, Redriven["skipped"][number]>();
  for (const queue of queues) {
    let sent: number;
    do {
      sent = 0;
      await takeLetters(queue, { most: MOST_LETTERS }, async (held) => {
        const gone = new Set<string>();
        for (const { id, kind, cause } of held) {
          const why = whyNot({ kind, cause });
          if (why !== null) skipped.set(id, { id, queue: queue.name, kind, why });
        }
        const willing = held.filter((letter) => whyNot(letter) === null && letter.sentAt <= began);
        await mapPool(willing, PARALLEL, async ({ id, bucket, message }) => {
          await sendAgain(queue.sqs, queue.homeUrl, message.body);
          await dropDead(queue.sqs, queue.url, message.handle);
          gone.add(id);
          redriven.push({ id, queue: queue.name, bucket });
        });
        sent = gone.size;
        return gone;
      });
    } while (sent > 0);
  }
  return { redriven, skipped: [...skipped.values()] };
}

// --- internal ---

const PARALLEL = 10;
