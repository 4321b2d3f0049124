import { countMessages } from "#aws/sqs/count-messages";
import { safe } from "#core/safe";
import { MOST_LETTERS } from "../dead-letters/find.ts";
import { fold } from "../dead-letters/fold.ts";
import type { Letter } from "../dead-letters/letter.ts";
import { lettersArgs, lettersNote, openLetters } from "../dead-letters/open-letters.ts";
import { takeLetters } from "../dead-letters/take.ts";
import { command } from "../line/command.ts";
import { age } from "../terminal/age.ts";
import { plural } from "../terminal/plural.ts";
import { table } from "../terminal/table.ts";

export const deadLettersList = command({
  name: "list",
  description: "Lists the messages that could not be processed or delivered: queue, age, cause, bucket, count.",
  args: lettersArgs,
  examples: [
    ["dead-letters list", "all queues of the stage; equal messages share a row"],
    ["dead-letters list --account 222233334444 --role Operator", "those of object functions in a hub's member"],
  ],
  json: `{ stage, queues: { queue, about: number }[],   // about: SQS's own estimate of all messages
  letters: { id, queue, kind: "event" | "own" | "malformed" | "policy-change", sentAt, receives, cause, bucket: string | null }[] }`,
  notes: [
    lettersNote,
    "Uses the stage's redrive roles, which you must be allowed to assume. Messages are hidden from others while they are listed, for seconds.",
    `Exit codes: 0 none, 2 at least one, 1 an error, or an account that could not be looked into. At most ${MOST_LETTERS} messages of a queue are listed.`,
  ],
  run: async (args, out) => {
    const { stage, queues: opened, isPart } = await openLetters(args, out);
    const found = await Promise.all(
      opened.map(async (queue) => {
        const letters: Letter[] = [];
        const about = await countMessages(queue.sqs, queue.url);
        await takeLetters(queue, { most: MOST_LETTERS }, async (held) => {
          for (const { message: _message, ...letter } of held) letters.push(letter);
          return new Set();
        });
        return { queue: queue.name, about, letters };
      }),
    );
    const letters = found.flatMap((each) => each.letters);
    const rows = fold(letters).map(({ first, count }) => [
      first.id.slice(0, 8),
      first.queue,
      age(first.sentAt, Date.now()),
      String(count),
      safe(first.bucket ?? "-"),
      first.kind === "event" ? safe(first.cause) : `${first.kind}: ${safe(first.cause)}`,
    ]);
    for (const line of table(["id", "queue", "age", "count", "bucket", "cause"], rows)) out.line(line);
    if (letters.length === 0) out.line(`stage ${safe(stage)}: no dead letters`);
    for (const { queue, about, letters: seen } of found) {
      if (about > seen.length) {
        out.note(`${queue}: about ${plural(about, "message")}, ${seen.length} shown; others are held by somebody`);
      }
    }
    out.document({
      stage,
      queues: found.map(({ queue, about }) => ({ queue, about })),
      letters,
    });
    if (isPart) return 1;
    return letters.length === 0 && found.every(({ about }) => about === 0) ? 0 : 2;
  },
});
