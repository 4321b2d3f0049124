import { safe } from "#core/safe";
import { lettersArgs, lettersNote, openLetters } from "../dead-letters/open-letters.ts";
import { redriveAll } from "../dead-letters/redrive-all.ts";
import { redriveOne } from "../dead-letters/redrive-one.ts";
import { command } from "../line/command.ts";
import { plural } from "../terminal/plural.ts";

export const deadLettersRedrive = command({
  name: "redrive",
  description:
    "Sends dead letters back to the queue that they came from: all of them, those of one queue, or one. Malformed ones are left where they are.",
  args: {
    id: { type: "positional", required: false, description: "one letter, by its id or the beginning of it" },
    ...lettersArgs,
    malformed: { type: "boolean", description: "with ID: send it although nobody could read it" },
  },
  examples: [
    ["dead-letters redrive", "once their cause is gone"],
    ["dead-letters redrive 1f8c2b7a", "one of them"],
    ["dead-letters redrive --account 222233334444 --role Operator", "those of object functions in a hub's member"],
  ],
  json: "{ stage, redriven: { id, queue, bucket: string | null }[], skipped: { id, queue, kind, why }[] }",
  notes: [
    lettersNote,
    "Uses the stage's redrive roles, which you must be allowed to assume. A message is sent first and deleted then: at worst it is sent twice, which does no harm.",
    "Exit codes: 0 all were sent back, or there were none, 2 some were skipped, 1 an error, or an account that could not be looked into.",
  ],
  run: async (args, out) => {
    const { stage, queues, isPart } = await openLetters(args, out);
    const { redriven, skipped } =
      args.id === undefined
        ? await redriveAll(queues, args.malformed === true)
        : await redriveOne(queues, args.id, args.malformed === true);
    for (const { id, queue, why } of skipped) out.line(`skipped  ${safe(id)} of ${queue}: ${safe(why)}`);
    out.line(`${plural(redriven.length, "message")} sent back, ${skipped.length} skipped`);
    out.document({ stage, redriven, skipped });
    if (isPart) return 1;
    return skipped.length === 0 ? 0 : 2;
  },
});
