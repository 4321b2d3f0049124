import type { CompiledMatch, GlobList, TagCondition } from "./conditions.ts";
import type { MatchFacts } from "./holds.ts";
import { addToTrie, emptyTrie, type Trie, walkTrie } from "./trie.ts";

/**
 * The index of matches, so that a bucket is compared only with those that could fit. Each is filed
 * under its names, else its accounts, else one of its tags, else `rest`. All lists are ascending,
 * which is document order.
 */
export interface MatchIndex {
  readonly names: ReadonlyMap<string, readonly number[]>;
  /** By the literal text before the first wildcard. */
  readonly heads: Trie;
  /** By the literal text after the last wildcard, reversed. */
  readonly tails: Trie;
  readonly accounts: ReadonlyMap<string, readonly number[]>;
  /** By tag name and value; values with wildcards by name alone. */
  readonly tags: ReadonlyMap<
    string,
    { readonly values: ReadonlyMap<string, readonly number[]>; readonly rest: readonly number[] }
  >;
  /** Everything filed under tags: candidates while the tags are unknown. */
  readonly tagged: readonly number[];
  readonly rest: readonly number[];
}

/** Indexes every match, once per name, account or value that it lists. */
export function buildIndex(matches: readonly CompiledMatch[]): MatchIndex {
  const names = new Map<string, number[]>();
  const accounts = new Map<string, number[]>();
  const tags = new Map<string, { values: Map<string, number[]>; rest: number[] }>();
  const [heads, tails] = [emptyTrie(), emptyTrie()];
  const tagged: number[] = [];
  const rest: number[] = [];
  for (const [at, { buckets, accounts: owners, tags: wanted }] of matches.entries()) {
    if (buckets?.patterns.every(({ head, tail }) => head !== "" || tail !== "")) {
      for (const name of buckets.literals) file(names, name, at);
      for (const { head, tail } of buckets.patterns) {
        if (head.length >= tail.length) addToTrie(heads, head, false, at);
        else addToTrie(tails, tail, true, at);
      }
    } else if (owners?.patterns.length === 0) {
      for (const account of owners.literals) file(accounts, account, at);
    } else if (wanted !== null) {
      const tag = wanted.find(({ values }) => values.patterns.length === 0) ?? (wanted[0] as TagCondition);
      tagged.push(at);
      fileTag(tags, tag.name, tag.values, at);
    } else rest.push(at);
  }
  return { names, heads, tails, accounts, tags, tagged, rest };
}

/**
 * Visits every match that could hold for the bucket, once each and in document order, until `visit`
 * returns true.
 */
export function eachCandidate(index: MatchIndex, facts: MatchFacts, visit: (at: number) => boolean): void {
  const lists = candidateLists(index, facts);
  const cursors = lists.map(() => 0);
  for (;;) {
    let lowest = Number.POSITIVE_INFINITY;
    for (let list = 0; list < lists.length; list++) {
      const head = lists[list]?.[cursors[list] as number];
      if (head !== undefined && head < lowest) lowest = head;
    }
    if (lowest === Number.POSITIVE_INFINITY || visit(lowest)) return;
    for (let list = 0; list < lists.length; list++) {
      const cursor = cursors[list] as number;
      if (lists[list]?.[cursor] === lowest) cursors[list] = cursor + 1;
    }
  }
}

// --- internal ---

function candidateLists(index: MatchIndex, { ref, tags }: MatchFacts): (readonly number[])[] {
  const lists: (readonly number[])[] = [index.rest];
  add(lists, index.names.get(ref.bucket));
  add(lists, index.accounts.get(ref.account));
  walkTrie(index.heads, ref.bucket, false, lists);
  walkTrie(index.tails, ref.bucket, true, lists);
  if (tags?.known !== true) lists.push(index.tagged);
  else {
    for (const name of Object.keys(tags.value)) {
      const filed = index.tags.get(name);
      if (filed === undefined) continue;
      lists.push(filed.rest);
      add(lists, filed.values.get(tags.value[name] as string));
    }
  }
  return lists;
}

function add(lists: (readonly number[])[], list: readonly number[] | undefined): void {
  if (list !== undefined) lists.push(list);
}

function file(map: Map<string, number[]>, name: string, at: number): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [at]);
  else list.push(at);
}

function fileTag(
  tags: Map<string, { values: Map<string, number[]>; rest: number[] }>,
  name: string,
  wanted: GlobList,
  at: number,
): void {
  const filed = tags.get(name) ?? { values: new Map<string, number[]>(), rest: [] as number[] };
  tags.set(name, filed);
  if (wanted.patterns.length > 0) filed.rest.push(at);
  else for (const value of wanted.literals) file(filed.values, value, at);
}
