import { cut } from "#core/cut";
import { span } from "./age.ts";
import type { Output } from "./output.ts";
import { COLUMNS } from "./table.ts";

/** A line about work whose end is not always known. */
export interface Meter {
  /** Whether somebody sees it. */
  readonly isShown: boolean;
  /** Counts one more, done. */
  tick(): void;
  /** How many there are in all; `null`: nobody knows yet. */
  total(number: number | null): void;
  /** What else is said of it, such as `3 held`. */
  say(text: string): void;
  /** Clears the line. */
  end(): void;
}

/**
 * Shows how much is done, how fast, and how long it will take; drawn at most ten times a second,
 * only if stderr is a terminal, not with `--json`.
 */
export function startMeter(what: string, out: Output): Meter {
  const isShown = !out.json && process.stderr.isTTY === true;
  const begun = Date.now();
  let done = 0;
  let all: number | null = null;
  let said = "";
  let drawn = 0;
  const rate = () => (done * 1000) / Math.max(1, Date.now() - begun);
  const draw = () => {
    drawn = Date.now();
    const speed = rate();
    const left = all === null || speed === 0 ? "" : `, ${span(Math.ceil(Math.max(0, all - done) / speed))} left`;
    const of = all === null ? "" : ` of ${all}`;
    const line = `${what} ${done}${of}  ${speed.toFixed(speed < 10 ? 1 : 0)}/s${left}${said === "" ? "" : `  ${said}`}`;
    process.stderr.write(`\r\u001B[K${cut(line, COLUMNS - 1)}`);
  };
  return {
    isShown,
    tick: () => {
      done += 1;
      if (isShown && Date.now() - drawn >= 100) draw();
    },
    total: (number) => {
      all = number;
    },
    say: (text) => {
      said = text;
    },
    end: () => {
      if (isShown) process.stderr.write("\r\u001B[K");
    },
  };
}
