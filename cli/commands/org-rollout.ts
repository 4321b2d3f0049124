import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { hubArgs } from "../org/hub-args.ts";
import { memberOf, planeHub } from "../org/member-of.ts";
import { type RolloutStep, rollout } from "../org/rollout.ts";
import { rolloutObjects } from "../org/rollout-objects.ts";
import { shellLine } from "../org/shell.ts";
import type { Output } from "../terminal/output.ts";
import { printable } from "../terminal/printable.ts";

export const orgRollout = command({
  name: "rollout",
  description:
    "Prints the exact commands that enrol the accounts of an organization with StackSets, bring a new template, and take all of it back. It runs none of them.",
  args: {
    ...hubArgs,
    objects: {
      type: "boolean",
      description: "of the second, optional template instead: the function that looks at objects, with its code",
    },
    ou: {
      type: "string",
      valueHint: "OU,OU",
      description: "the units to roll out to, or the root; otherwise the file's",
    },
    "call-as": {
      type: "string",
      valueHint: "self|delegated-admin",
      description: "from the management account, or from a delegated administrator such as the hub (default)",
    },
    template: {
      type: "string",
      valueHint: "FILE",
      description: "where the template is; bucketseal-STAGE-member.json, or -objects",
    },
    "permissions-boundary": { type: "string", valueHint: "ARN", description: "a boundary for the roles in members" },
  },
  examples: [
    ["org rollout", "for the deployed stage"],
    ["org rollout --ou ou-ab12-11111111", "one unit first"],
    ["org rollout --objects", "objects are looked after in the members, too"],
  ],
  json: `{ stage, account, steps: { step: "prepare" | "template" | "code" | "enrol" | "enrol-by-hand" | "upgrade" | "remove", as, why, commands: string[][] }[] }`,
  notes: ["The commands that upgrade and remove are printed as comments: a paste of everything enrols, and no more."],
  run: async (args, out) => {
    const listed = args.ou === undefined ? (["ous", "accounts"] as const) : (["accounts"] as const);
    const plane = args.objects === true ? await planeHub(args, listed) : null;
    const hub = plane ?? (await memberOf(args, listed));
    const units = args.ou === undefined ? hub.settings.ous : unitsOf(args.ou);
    if (units === undefined) {
      throw new CliError(
        "the organization's file names no units: name them, or the root, with --ou (aws organizations list-roots shows the root)",
        { code: "usage" },
      );
    }
    const choice = {
      units,
      callAs: callAs(args["call-as"]),
      template: args.template ?? `bucketseal-${hub.stage}-${plane === null ? "member" : "objects"}.json`,
      permissionsBoundary: boundaryOf(args["permissions-boundary"]),
    };
    const steps = plane === null ? rollout(hub, { ...choice, file: args.file }) : rolloutObjects(plane, choice);
    for (const step of steps) print(step, out);
    out.document({ stage: hub.stage, account: hub.account, steps });
    return 0;
  },
});

// --- internal ---

/** What a paste of everything must not run. */
const LATER: readonly RolloutStep["step"][] = ["upgrade", "remove"];

function print({ step, as, why, commands }: RolloutStep, out: Output): void {
  out.line(`# ${step}, as ${as}: ${why}`);
  const isLater = LATER.includes(step);
  for (const words of commands) {
    for (const line of shellLine(words).split("\n")) out.line(isLater ? `# ${printable(line)}` : printable(line));
  }
  out.line();
}

function unitsOf(text: string): string[] {
  const units = text.split(",").map((each) => each.trim());
  const wrong = units.find((each) => !/^(?:ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|r-[0-9a-z]{4,32})$/.test(each));
  if (wrong === undefined) return units;
  throw new CliError(`--ou takes ids of units or of the root, such as ou-ab12-11111111, not "${printable(wrong)}"`, {
    code: "usage",
  });
}

function callAs(text = "delegated-admin"): "SELF" | "DELEGATED_ADMIN" {
  if (text === "self") return "SELF";
  if (text === "delegated-admin") return "DELEGATED_ADMIN";
  throw new CliError(`--call-as is self or delegated-admin, not "${printable(text)}"`, { code: "usage" });
}

function boundaryOf(arn: string | undefined): string | undefined {
  if (arn === undefined || /^arn:[a-z-]+:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(arn)) return arn;
  throw new CliError(`--permissions-boundary takes the ARN of a policy, not "${printable(arn)}"`, { code: "usage" });
}
