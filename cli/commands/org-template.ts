import { writeFile } from "node:fs/promises";
import { objectsTemplate } from "#aws/member/objects/template";
import { memberTemplate } from "#aws/member/template";
import { templateText } from "#aws/member/template-text";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { hubArgs } from "../org/hub-args.ts";
import { memberOf, planeHub } from "../org/member-of.ts";
import { printable } from "../terminal/printable.ts";

export const orgTemplate = command({
  name: "template",
  description:
    "Prints the CloudFormation template of a member account: the role by which the hub acts there, and the rule that tells the hub what happens.",
  args: {
    ...hubArgs,
    objects: {
      type: "boolean",
      description: "the second, optional template: the function that looks at objects, in the member itself",
    },
    out: { type: "string", valueHint: "FILE", description: "write it to this file instead" },
  },
  examples: [
    ["org template --out bucketseal-prod-member.json", "of the deployed stage"],
    ["org template --objects --out bucketseal-prod-objects.json", "objects are looked after in the member"],
    ["org template --file examples/org.yaml --stage prod --account 111122223333", "before anything is deployed"],
  ],
  json: "the template",
  notes: [
    "It is the same for every account and Region; nothing in it is secret. bucketseal org rollout says what to do with it.",
  ],
  run: async (args, out) => {
    const template =
      args.objects === true ? objectsTemplate(await planeHub(args, [])) : memberTemplate(await memberOf(args, []));
    const text = templateText(template);
    out.document(template);
    if (args.out === undefined) {
      out.raw(text);
      return 0;
    }
    await writeFile(args.out, text).catch((cause: unknown) => {
      throw new CliError(`${printable(args.out ?? "")} cannot be written`, { cause });
    });
    out.note(`wrote ${printable(args.out)}, ${text.length} characters`);
    return 0;
  },
});
