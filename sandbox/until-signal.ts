/**
 * Milliseconds within which a further signal is the same request: on Ctrl-C the terminal signals
 * every process of the foreground, and npm passes its own signal on as well.
 */
const SAME_REQUEST_MS = 2_000;

/**
 * A signal that is aborted, and a promise that resolves, when the process is asked to end. Asked a
 * second time, later, it ends at once.
 */
export function until(process: NodeJS.Process): { readonly signal: AbortSignal; readonly stopped: Promise<void> } {
  const controller = new AbortController();
  let asked = 0;
  const stopped = new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        if (controller.signal.aborted) {
          if (Date.now() - asked > SAME_REQUEST_MS) process.exit(130);
          return;
        }
        asked = Date.now();
        controller.abort();
        resolve();
      });
    }
  });
  return { signal: controller.signal, stopped };
}
