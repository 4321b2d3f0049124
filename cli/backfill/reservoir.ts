/**
 * Some items of a sequence of unknown length, each as likely to be among them as every other one
 * (Vitter's algorithm R).
 */
export class Reservoir<Item> {
  readonly items: Item[] = [];
  readonly #size: number;
  #seen = 0;

  constructor(size: number) {
    this.#size = size;
  }

  offer(item: Item): void {
    this.#seen += 1;
    if (this.items.length < this.#size) {
      this.items.push(item);
      return;
    }
    const at = Math.floor(Math.random() * this.#seen);
    if (at < this.#size) this.items[at] = item;
  }
}
