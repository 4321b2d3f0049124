import { canAsk } from "./answer-to.ts";
import type { Colour } from "./paint.ts";
import { paint } from "./paint.ts";
import { printable, printableJson } from "./printable.ts";

export interface OutputOptions {
  readonly json: boolean;
  readonly color: boolean;
}

/** A command's output: results on stdout, everything about the run on stderr. */
export interface Output {
  readonly json: boolean;
  /** Whether stdin and stderr are terminals. */
  readonly interactive: boolean;
  /** One line of the result; nothing with `--json`. */
  line(text?: string): void;
  /**
   * A text as it is, for redirection; control characters are escaped on a terminal. Not with
   * `--json`.
   */
  raw(text: string): void;
  /** The document of `--json`; nothing without it. */
  document(value: unknown): void;
  /** One line about the run, on stderr, with or without `--json`. */
  note(text: string): void;
  /** Colours the text if stdout is a terminal with colours. */
  paint(colour: Colour, text: string): string;
}

/** Colours are for terminals only; off with `NO_COLOR` (https://no-color.org) and `TERM=dumb`. */
export function openOutput(options: OutputOptions): Output {
  const colours =
    options.color && !process.env.NO_COLOR && process.env.TERM !== "dumb" && process.stdout.isTTY === true;
  return {
    json: options.json,
    interactive: canAsk(),
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
