import type { Output } from "../terminal/output.ts";

/** What Ctrl-C does while work is under way. */
export interface Interrupt {
  readonly isStopped: () => boolean;
  /** Gives Ctrl-C back. */
  release(): void;
}

/**
 * Has the first Ctrl-C stop the work at the end of what is begun, and a second one end the program
 * at once, as Ctrl-C does everywhere else.
 * @param what - what is still done after the first one
 */
export function stopOnInterrupt(out: Output, what = "what is begun is finished and verified"): Interrupt {
  const others = process.listeners("SIGINT");
  let stopped = false;
  const stop = () => {
    if (stopped) process.exit(130);
    stopped = true;
    out.note(`\nstopping: ${what} (Ctrl-C again ends it at once)`);
  };
  for (const other of others) process.off("SIGINT", other);
  process.on("SIGINT", stop);
  return {
    isStopped: () => stopped,
    release: () => {
      process.off("SIGINT", stop);
      for (const other of others) process.on("SIGINT", other);
    },
  };
}
