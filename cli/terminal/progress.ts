import type { Output } from "./output.ts";

export interface Progress {
  /** Counts one more item. */
  tick(): void;
  /** Clears the bar. */
  end(): void;
}

/**
 * A progress bar, drawn at most ten times a second; only if stderr is a terminal, not with
 * `--json`.
 */
export function startProgress(what: string, total: number, out: Output): Progress {
  if (out.json || process.stderr.isTTY !== true || total < 2) return { tick: () => undefined, end: () => undefined };
  let done = 0;
  let drawn = 0;
  const draw = () => {
    drawn = Date.now();
    const filled = Math.floor((done / total) * WIDTH);
    process.stderr.write(`\r${what} [${"=".repeat(filled).padEnd(WIDTH)}] ${done}/${total}`);
  };
  draw();
  return {
    tick: () => {
      done += 1;
      if (Date.now() - drawn >= 100 || done === total) draw();
    },
    end: () => {
      process.stderr.write("\r\u001B[K");
    },
  };
}

// --- internal ---

const WIDTH = 30;
