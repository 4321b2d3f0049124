/** A fenced block of a page. */
export interface Block {
  /** The word after the fence: `yaml`, `sh`, `console`, `text` … */
  readonly language: string;
  readonly body: string;
  /** Line of the fence, from 1. */
  readonly line: number;
  /** The HTML comment right above, without its marks; empty for none. */
  readonly note: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let open: { readonly at: number; readonly language: string } | null = null;
  for (const [at, line] of lines.entries()) {
    const fence = /^```([a-z]*)\s*$/.exec(line);
    if (fence === null) continue;
    if (open === null) {
      open = { at, language: fence[1] ?? "" };
      continue;
    }
    const above = lines.slice(0, open.at).findLast((each) => each !== "") ?? "";
    blocks.push({
      language: open.language,
      body: lines.slice(open.at + 1, at).join("\n"),
      line: open.at + 1,
      note: /^<!-- (.*) -->$/.exec(above)?.[1] ?? "",
    });
    open = null;
  }
  return blocks;
}

/** The page without its fenced blocks, for links and headings. */
export function proseOf(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "");
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ""] of proseOf(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const slug = plain
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let twin = 1; anchors.has(anchor); twin++) anchor = `${slug}-${twin}`;
    anchors.add(anchor);
  }
  return anchors;
}
