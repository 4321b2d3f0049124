import type { ArgsDef, CommandDef, CommandMeta, ParsedArgs } from "citty";
import { type Output, openOutput } from "../terminal/output.ts";
import { type GlobalArgs, globalArgs } from "./globals.ts";

/** 0 nothing to do, 1 error, 2 differences, 130 stopped by Ctrl-C. */
export type ExitCode = 0 | 1 | 2 | 130;

export interface CommandSpec<T extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  /** Command lines without the leading `bucketseal`, each with its meaning. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** The shape of the JSON document, as TypeScript. */
  readonly json: string;
  /** Paragraphs for `--help`, such as the meaning of exit codes. */
  readonly notes?: readonly string[];
  readonly args: T;
  readonly run: (args: ParsedArgs<T> & GlobalArgs, out: Output) => Promise<ExitCode>;
}

/** citty's meta with the additions of our own `--help`. */
export interface HelpMeta extends CommandMeta {
  readonly examples?: CommandSpec<ArgsDef>["examples"];
  readonly json?: string;
  readonly notes?: readonly string[];
}

/** Makes a citty command with the global flags, an `Output`, and the exit code as its result. */
export function command<const T extends ArgsDef>(spec: CommandSpec<T>): CommandDef {
  const meta: HelpMeta = {
    name: spec.name,
    description: spec.description,
    examples: spec.examples,
    json: spec.json,
    ...(spec.notes ? { notes: spec.notes } : {}),
  };
  return {
    meta,
    args: { ...spec.args, ...globalArgs },
    run: ({ args }) => {
      const parsed = args as ParsedArgs<T> & GlobalArgs;
      return spec.run(parsed, openOutput({ json: parsed.json === true, color: parsed.color !== false }));
    },
  };
}
