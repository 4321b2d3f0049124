/** A piece of work on one key. */
interface Begun {
  readonly key: string;
  isDone: boolean;
}

/**
 * How far a list has been worked through without a gap, where several keys are worked on at once:
 * whoever goes on after that key leaves nothing out.
 */
export class Reached {
  readonly #begun: Begun[] = [];
  #key: string | null = null;

  /** The last key before which, and with which, all is done; `null`: there is none. */
  get key(): string | null {
    return this.#key;
  }

  /** Work on a key begins, in the order of the list; returns what to call when it is done. */
  begin(key: string): () => void {
    const begun: Begun = { key, isDone: false };
    this.#begun.push(begun);
    this.#move();
    return () => {
      begun.isDone = true;
      this.#move();
    };
  }

  /** A key is done once another one follows: its versions may come in several pieces. */
  #move(): void {
    for (let [first, next] = this.#begun; first?.isDone && next !== undefined; [first, next] = this.#begun) {
      if (next.key !== first.key) this.#key = first.key;
      this.#begun.shift();
    }
  }
}
