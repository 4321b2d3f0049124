import { styleText } from "node:util";

/** A narrator on a terminal; without colours where the output is not a terminal. */
export interface Narrator {
  title(text: string): void;
  /** Work under way. */
  step(text: string): void;
  /** A detail. */
  note(text: string): void;
  /** An action of a person. */
  act(who: string, does: string): void;
  seen(text: string): void;
  /** A quoted text of several lines. */
  quote(text: string): void;
  trouble(text: string): void;
}

export function narrator(out: NodeJS.WriteStream): Narrator {
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    out.isTTY && process.env.NO_COLOR === undefined ? styleText(format, text) : text;
  const line = (text: string) => out.write(`${text}\n`);
  return {
    title: (text) => line(`\n${paint("bold", text)}\n`),
    step: (text) => line(paint("dim", `   ${text} …`)),
    note: (text) => line(paint("dim", `   ${text}`)),
    act: (who, does) => line(`\n${paint("cyan", who)} ${does}`),
    seen: (text) => line(`${paint("green", "  ✔")} ${text}`),
    quote: (text) => line(text.trimEnd().replaceAll(/^/gm, paint("dim", "  │ "))),
    trouble: (text) => line(`${paint("red", "  ✘")} ${text}`),
  };
}
