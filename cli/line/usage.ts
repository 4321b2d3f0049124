import type { ArgDef, ArgsDef, CommandDef } from "citty";
import type { HelpMeta } from "./command.ts";
import { globalArgs } from "./globals.ts";
import { subCommandsOf } from "./resolve-command.ts";

/** The text of `--help`: description, usage, examples, JSON shape, exit codes. */
export async function usage(command: CommandDef, path: readonly string[]): Promise<string> {
  const meta = (await settled(command.meta)) as HelpMeta | undefined;
  const args = ((await settled(command.args)) ?? {}) as ArgsDef;
  const own = Object.entries(args).filter(([name]) => !Object.hasOwn(globalArgs, name));
  const positionals = own.filter(([, def]) => def.type === "positional");
  const flags = own.filter(([, def]) => def.type !== "positional");
  const subs = Object.entries(await subCommandsOf(command));
  const words = positionals.map(([name, def]) =>
    def.required === false ? `[${name.toUpperCase()}]` : (def.valueHint ?? name.toUpperCase()),
  );
  const line = [
    "bucketseal",
    ...path,
    ...(subs.length > 0 && words.length === 0 ? ["COMMAND"] : words),
    "[FLAGS]",
  ].join(" ");
  const rows = await Promise.all(
    subs.map(async ([name, sub]) => [name, (await settled(sub.meta))?.description ?? ""] as const),
  );
  return [
    `${meta?.description ?? ""}\n`,
    `Usage: ${line}\n`,
    ...section("Commands", rows),
    ...section(
      "Arguments",
      positionals.map(([name, def]) => [name.toUpperCase(), def.description ?? ""]),
    ),
    ...section("Flags", flags.flatMap(flagRows)),
    ...section("Global flags", [
      ...Object.entries(globalArgs).flatMap(flagRows),
      ["--help, --version", "show this help; show the version"],
    ]),
    ...section(
      "Examples",
      (meta?.examples ?? []).map(([example, what]) => [`bucketseal ${example}`, what]),
    ),
    ...(meta?.json
      ? [`JSON (--json):\n${indent(`${meta.json.trim()}\nAn error: { error: { code: string, message: string } }`)}\n`]
      : []),
    ...(meta?.notes ?? []).map((note) => `${note}\n`),
  ]
    .join("\n")
    .trimEnd();
}

// --- internal ---

async function settled<T>(value: T | Promise<T> | (() => T | Promise<T>)): Promise<T> {
  return typeof value === "function" ? (value as () => T | Promise<T>)() : value;
}

function flagRows([name, def]: [string, ArgDef]): [string, string][] {
  if (def.description === "" && def.default !== true) return [];
  if (def.type === "boolean" && def.default === true) return [[`--no-${name}`, def.negativeDescription ?? ""]];
  return [[def.type === "boolean" ? `--${name}` : `--${name} ${def.valueHint ?? "VALUE"}`, def.description ?? ""]];
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([left]) => left.length));
  return [`${title}:\n${rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join("\n")}\n`];
}

function indent(text: string): string {
  return text
    .trim()
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
