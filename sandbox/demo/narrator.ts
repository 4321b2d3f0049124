import { styleText } from "node:util";

/** Tells a story on a terminal; without colours where the output is no terminal. */
export interface Narrator {
  title(text: string): void;
  step(text: string): void;
  /** Somebody does something. */
  act(who: string, does: string): void;
  seen(text: string): void;
  /** A text of several lines, set apart. */
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
    act: (who, does) => line(`\n${paint("cyan", who)} ${does}`),
    seen: (text) => line(`${paint("green", "  ✔")} ${text}`),
    quote: (text) => line(text.trimEnd().replaceAll(/^/gm, paint("dim", "  │ "))),
    trouble: (text) => line(`${paint("red", "  ✘")} ${text}`),
  };
}
