import { dropDead, sendAgain } from "#aws/sqs/dead-letters";
import { CliError } from "../error.ts";
import { withLetter } from "./find.ts";
import type { OpenQueue } from "./open-queues.ts";
import { type Redriven, whyNot } from "./redriven.ts";

/**
 * Sends one letter back. A malformed one is sent only if that is asked for too.
 * @throws CliError if there is none, or it is no message of a queue
 */
export async function redriveOne(queues: readonly OpenQueue[], id: string, malformed: boolean): Promise<Redriven> {
  return withLetter<Redriven>(queues, id, async (letter, queue) => {
    const { kind, bucket, message } = letter;
    const why = whyNot(letter);
    if (kind === "policy-change") throw new CliError(why ?? "", { code: "policy-change" });
    if (why !== null && !malformed) {
      const skipped = [{ id: letter.id, queue: queue.name, kind, why }];
      return { gone: false, result: { redriven: [], skipped } };
    }
    await sendAgain(queue.sqs, queue.homeUrl, message.body);
    await dropDead(queue.sqs, queue.url, message.handle);
    return { gone: true, result: { redriven: [{ id: letter.id, queue: queue.name, bucket }], skipped: [] } };
  });
}
