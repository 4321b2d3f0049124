import type { CommandDef } from "citty";
import { subCommandsOf } from "../../cli/line/resolve-command.ts";
import { usage } from "../../cli/line/usage.ts";
import { root } from "../../cli/root.ts";

/** `--help` of every command. */
export async function help(): Promise<string> {
  const sections = await sectionsOf(root, []);
  return sections.join("\n\n");
}

// --- internal ---

async function sectionsOf(command: CommandDef, path: readonly string[]): Promise<string[]> {
  const own = `## ${["bucketseal", ...path].join(" ")}\n\n\`\`\`text\n${await usage(command, path)}\n\`\`\``;
  const subs = Object.entries(await subCommandsOf(command));
  const below = await Promise.all(subs.map(([name, sub]) => sectionsOf(sub, [...path, name])));
  return [own, ...below.flat()];
}
