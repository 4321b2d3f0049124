import type { ArgDef, ArgsDef, CommandDef } from "citty";
import { CliError } from "../error.ts";
import { globalArgs } from "./globals.ts";
import { mergeRepeated } from "./merge-repeated.ts";
import { suggest } from "./suggest.ts";

export interface ResolvedCommand {
  readonly command: CommandDef;
  /** The words that select it, such as `["policy", "show"]`. */
  readonly path: readonly string[];
  /** Flags and positionals for citty, in any position. */
  readonly rawArgs: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
}

/**
 * Finds the command and rejects what citty accepts: unknown flags, flags without a value, surplus
 * arguments.
 * @throws CliError one sentence, with the closest known word
 */
export async function resolveCommand(root: CommandDef, argv: readonly string[]): Promise<ResolvedCommand> {
  const state = {
    command: root,
    args: globalArgs as ArgsDef,
    path: [] as string[],
    raw: [] as string[],
    words: [] as string[],
  };
  let help = false;
  let version = false;
  for (let index = 0; index < argv.length; index++) {
    const token = argv[index] ?? "";
    if (token === "--") {
      state.words.push(...argv.slice(index + 1));
      state.raw.push(...argv.slice(index));
      break;
    }
    if (token === "--help" || token === "-h") help = true;
    else if ((token === "--version" && !takesVersion(state.args)) || token === "-V") version = true;
    else if (token.startsWith("-") && token !== "-") {
      const taken = takeFlag(argv, index, state.args, state.path);
      state.raw.push(...taken);
      index += taken.length - 1;
    } else if (state.command.subCommands && !(await isArgument(state, token))) {
      state.command = await subCommand(state.command, token, state.path);
      state.path.push(token);
      state.args = { ...((await resolved(state.command.args)) ?? {}), ...globalArgs };
    } else {
      state.words.push(token);
      state.raw.push(token);
    }
  }
  if (!help && !version) checkWords(state.command, state.args, state.path, state.words);
  const lists = [...(state.args.account === undefined ? [] : LISTS), ...(state.args["wrong-key"] ? ["wrong-key"] : [])];
  const rawArgs = mergeRepeated(state.raw, lists);
  // citty would take the first argument for one of the commands below.
  const { subCommands, ...alone } = state.command;
  const command = subCommands !== undefined && state.words.length > 0 ? alone : state.command;
  return { command, path: state.path, rawArgs, help, version };
}

/** The command's subcommands by name, loaded. */
export async function subCommandsOf(command: CommandDef): Promise<Readonly<Record<string, CommandDef>>> {
  const entries = Object.entries((await resolved(command.subCommands)) ?? {});
  return Object.fromEntries(await Promise.all(entries.map(async ([name, sub]) => [name, await resolved(sub)])));
}

// --- internal ---

/** Flags that hold a list, of commands that work in several accounts. */
const LISTS = ["account", "ou", "region"];

async function resolved<T>(value: T | Promise<T> | (() => T | Promise<T>)): Promise<T> {
  return typeof value === "function" ? (value as () => T | Promise<T>)() : value;
}

async function subCommand(command: CommandDef, name: string, path: readonly string[]): Promise<CommandDef> {
  const subs = (await resolved(command.subCommands)) ?? {};
  if (Object.hasOwn(subs, name)) return resolved(subs[name] as CommandDef);
  throw usageError(`unknown command "${[...path, name].join(" ")}"`, suggest(name, Object.keys(subs)), path);
}

/** A word after a command that takes arguments of its own beside the commands below it. */
async function isArgument(
  { command, args, words }: { command: CommandDef; args: ArgsDef; words: readonly string[] },
  token: string,
): Promise<boolean> {
  if (!hasArguments(args)) return false;
  return words.length > 0 || !Object.hasOwn((await resolved(command.subCommands)) ?? {}, token);
}

function hasArguments(args: ArgsDef): boolean {
  return Object.values(args).some(({ type }) => type === "positional");
}

/** `policy show` has its own --version. */
function takesVersion(args: ArgsDef): boolean {
  return args.version !== undefined && args.version.type !== "positional";
}

/** The flag's tokens: one, or two if the value is separate. */
function takeFlag(argv: readonly string[], index: number, args: ArgsDef, path: readonly string[]): string[] {
  const token = argv[index] ?? "";
  const name = token.replace(/^--?/, "").split("=", 1)[0] ?? "";
  const positive = name.replace(/^no-/, "");
  const flags = Object.entries(args).filter(([, def]) => def.type !== "positional");
  const known = flags.find(
    ([key, def]) => key === name || (key === positive && def.type === "boolean" && def.default === true),
  );
  if (!known || !token.startsWith("--")) {
    const names = flags.map(([key, def]) => (def.type === "boolean" && def.default === true ? `no-${key}` : key));
    const near = suggest(name, [...names, "help", "version"]);
    throw usageError(`unknown flag ${token.split("=", 1)[0]}`, near && `--${near}`, path);
  }
  if (known[1].type === "boolean" || token.includes("=")) return [token];
  const value = argv[index + 1];
  if (value === undefined || value.startsWith("--")) throw usageError(`--${name} needs a value`, null, path);
  return [token, value];
}

function checkWords(command: CommandDef, args: ArgsDef, path: readonly string[], words: readonly string[]): void {
  if (command.subCommands && !hasArguments(args)) {
    throw usageError(
      path.length === 0 ? "no command given" : `"${path.join(" ")}" needs a command after it`,
      null,
      path,
    );
  }
  const positionals = Object.entries(args).filter(([, def]: [string, ArgDef]) => def.type === "positional");
  const missing = positionals.find(([, def], index) => def.required !== false && words[index] === undefined);
  if (missing) throw usageError(`"${path.join(" ")}" needs ${missing[0].toUpperCase()}`, null, path);
  const surplus = words[positionals.length];
  if (surplus !== undefined && !takesMore(positionals.at(-1)?.[1]))
    throw usageError(`unexpected argument "${surplus}"`, null, path);
}

/** `BUCKET…`: the last argument may be repeated. */
function takesMore(last: ArgDef | undefined): boolean {
  return last?.valueHint?.endsWith("…") === true;
}

function usageError(problem: string, near: string | null, path: readonly string[]): CliError {
  const hint = near ? `did you mean ${near}?` : `see ${["bucketseal", ...path, "--help"].join(" ")}`;
  return new CliError(`${problem}: ${hint}`, { code: "usage" });
}
