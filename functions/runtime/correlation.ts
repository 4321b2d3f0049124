import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Runs work under the ids of what asked for it: events, messages, a run. Every line that is logged
 * on its way names them, and looks of one batch that run at the same time keep theirs apart.
 */
export function correlated<T>(ids: readonly string[], work: () => Promise<T>): Promise<T> {
  return store.run(ids, work);
}

/** The ids of the work that is under way here; empty: none is. */
export function correlation(): readonly string[] {
  return store.getStore() ?? [];
}

// --- internal ---

const store = new AsyncLocalStorage<readonly string[]>();
