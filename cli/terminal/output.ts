import type { Colour } from "./paint.ts";
import { paint } from "./paint.ts";
import { printable, printableJson } from "./printable.ts";

export interface OutputOptions {
  readonly json: boolean;
  readonly color: boolean;
}

/** Where a command prints: results on stdout, everything about the run on stderr. */
export interface Output {
  readonly json: boolean;
  /** A person sits in front of it: stdin and stderr are terminals. */
  readonly interactive: boolean;
  /** One line of the result; nothing with `--json`. */
  line(text?: string): void;
  /** A text as it is, for redirecting into a file; on a terminal, without what could act there. Nothing with `--json`. */
  raw(text: string): void;
  /** The one document of `--json`; nothing without. */
  document(value: unknown): void;
  /** One line about the run, on stderr, `--json` or not. */
  note(text: string): void;
  /** Colours the text if stdout is a terminal that wants colours. */
  paint(colour: Colour, text: string): string;
}

/** Colours only on a terminal, and never with `NO_COLOR` (https://no-color.org), `TERM=dumb` or `--no-color`. */
export function openOutput(options: OutputOptions): Output {
  const colours =
    options.color && !process.env.NO_COLOR && process.env.TERM !== "dumb" && process.stdout.isTTY === true;
  return {
    json: options.json,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    line: (text = "") => {
      if (!options.json) process.stdout.write(`${text}\n`);
    },
    raw: (text) => {
      if (options.json) return;
      process.stdout.write(process.stdout.isTTY === true ? text.split("\n").map(printable).join("\n") : text);
    },
    document: (value) => {
      if (options.json) process.stdout.write(`${printableJson(value)}\n`);
    },
    note: (text) => {
      process.stderr.write(`${text}\n`);
    },
    paint: (colour, text) => (colours ? paint(colour, text) : text),
  };
}
