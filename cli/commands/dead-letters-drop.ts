import { dropDead } from "#aws/sqs/dead-letters";
import { safe } from "#core/safe";
import { withLetter } from "../dead-letters/find.ts";
import { lettersArgs, lettersNote, openLetters } from "../dead-letters/open-letters.ts";
import { command } from "../line/command.ts";
import { confirm } from "../terminal/confirm.ts";

export const deadLettersDrop = command({
  name: "drop",
  description: "Deletes one dead letter for good, after showing it and asking for confirmation.",
  args: {
    id: { type: "positional", required: true, description: "its id, or the beginning of it" },
    ...lettersArgs,
    yes: { type: "boolean", description: "skip the confirmation" },
  },
  examples: [["dead-letters drop 1f8c2b7a", "a malformed message, once it has been read"]],
  json: "{ stage, id, queue, kind, bucket: string | null, cause, dropped: boolean }",
  notes: [
    lettersNote,
    "Uses the stage's redrive roles, which you must be allowed to assume. The bucket that the message names is looked at again by the next sweep, or by bucketseal apply.",
    "Exit codes: 0 dropped, 1 an error, or not confirmed.",
  ],
  run: async (args, out) => {
    const { stage, queues } = await openLetters(args, out);
    const { dropped, letter } = await withLetter(queues, args.id, async (held, queue) => {
      const { message, ...letter } = held;
      out.line(`${safe(letter.id)} of ${letter.queue}, ${letter.kind}, bucket ${safe(letter.bucket ?? "-")}`);
      out.line(`cause: ${safe(letter.cause)}`);
      const dropped = await confirm("Delete this message for good?", args.yes === true, out);
      if (dropped) await dropDead(queue.sqs, queue.url, message.handle);
      return { gone: dropped, result: { dropped, letter } };
    });
    const { id, queue, kind, bucket, cause } = letter;
    out.line(dropped ? "dropped" : "nothing was changed");
    out.document({ stage, id, queue, kind, bucket, cause, dropped });
    return dropped ? 0 : 1;
  },
});
