import { safe } from "#core/safe";
import { withLetter } from "../dead-letters/find.ts";
import { lettersArgs, lettersNote, openLetters } from "../dead-letters/open-letters.ts";
import { command } from "../line/command.ts";
import { age } from "../terminal/age.ts";
import { printable, printableJson } from "../terminal/printable.ts";

export const deadLettersShow = command({
  name: "show",
  description: "Shows one dead letter: its cause, its attributes and its body, with everything escaped that could act.",
  args: {
    id: { type: "positional", required: true, description: "its id, or the beginning of it" },
    ...lettersArgs,
  },
  examples: [["dead-letters show 1f8c2b7a", "the id as dead-letters list shows it"]],
  json: "{ stage, id, queue, kind, sentAt, receives, cause, bucket: string | null, attributes: { [name]: string }, body: string }",
  notes: [
    lettersNote,
    "Uses the stage's redrive roles, which you must be allowed to assume.",
    "Exit codes: 0 shown, 1 an error.",
  ],
  run: async (args, out) => {
    const { stage, queues } = await openLetters(args, out);
    const { message, ...letter } = await withLetter(queues, args.id, async (held) => ({ gone: false, result: held }));
    out.line(`id        ${safe(letter.id)}`);
    out.line(`queue     ${letter.queue}`);
    out.line(`kind      ${letter.kind}`);
    out.line(`sent      ${letter.sentAt} (${age(letter.sentAt, Date.now())} ago), received ${letter.receives} times`);
    out.line(`bucket    ${safe(letter.bucket ?? "-")}`);
    out.line(`cause     ${safe(letter.cause)}`);
    for (const [name, value] of Object.entries(message.attributes)) out.line(`attribute ${safe(name)}: ${safe(value)}`);
    out.line();
    for (const line of shown(message.body)) out.line(line);
    out.document({ stage, ...letter, attributes: message.attributes, body: message.body });
    return 0;
  },
});

// --- internal ---

/** A body as JSON with indents, or line by line. */
function shown(body: string): string[] {
  try {
    return printableJson(JSON.parse(body)).split("\n");
  } catch {
    return body.split("\n").map(printable);
  }
}
