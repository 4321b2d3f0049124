/** What was told lately, as far as this function remembers: a message that comes again says nothing new. */
export class Told {
  readonly #names = new Set<string>();

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
    for (const name of this.#names) {
      if (this.#names.size <= REMEMBERED) return;
      this.#names.delete(name);
    }
  }
}

// --- internal ---

const REMEMBERED = 10_000;
