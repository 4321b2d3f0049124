/** Ids of events this instance has counted, so that a redelivery is not counted twice. */
export class RecentEvents {
  readonly #ids = new Set<string>();

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Adds ids and forgets the oldest beyond ten thousand. */
  add(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id);
    for (const id of this.#ids) {
      if (this.#ids.size <= REMEMBERED) return;
      this.#ids.delete(id);
    }
  }
}

// --- internal ---

const REMEMBERED = 10_000;
