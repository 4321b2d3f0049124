/**
 * A signal that is aborted, and a promise that resolves, when the process is asked to end; a second
 * request ends it at once.
 */
export function until(process: NodeJS.Process): { readonly signal: AbortSignal; readonly stopped: Promise<void> } {
  const controller = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        if (controller.signal.aborted) process.exit(130);
        controller.abort();
        resolve();
      });
    }
  });
  return { signal: controller.signal, stopped };
}
