/** A prefix tree: finds the numbers filed under every prefix of a text in one pass. */
export interface Trie {
  readonly next: Map<number, Trie>;
  /** Ascending. */
  readonly here: number[];
}

export function emptyTrie(): Trie {
  return { next: new Map(), here: [] };
}

/**
 * Files a number, not smaller than any before it, under a text; with `backwards`, under the text
 * reversed.
 */
export function addToTrie(trie: Trie, text: string, backwards: boolean, number: number): void {
  let node = trie;
  for (let step = 0; step < text.length; step++) {
    const code = text.charCodeAt(backwards ? text.length - 1 - step : step);
    let next = node.next.get(code);
    if (next === undefined) {
      next = emptyTrie();
      node.next.set(code, next);
    }
    node = next;
  }
  if (node.here.at(-1) !== number) node.here.push(number);
}

/**
 * Collects the numbers under each prefix (`backwards`: each suffix) of the text, one list at a
 * time.
 */
export function walkTrie(trie: Trie, text: string, backwards: boolean, lists: (readonly number[])[]): void {
  let node: Trie | undefined = trie;
  for (let step = 0; step < text.length; step++) {
    node = node.next.get(text.charCodeAt(backwards ? text.length - 1 - step : step));
    if (node === undefined) return;
    if (node.here.length > 0) lists.push(node.here);
  }
}
