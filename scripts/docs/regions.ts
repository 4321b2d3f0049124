/** A generated part of a page: `<!-- generated: NAME -->` … `<!-- end -->`. */
const REGION = /(<!-- generated: ([a-z-]+) -->\n)([\s\S]*?)(<!-- end -->)/g;

/** Names of the generated parts of a page, in order. */
export function regionsOf(text: string): string[] {
  return [...text.matchAll(REGION)].map(([, , name = ""]) => name);
}

/** The page with every generated part rewritten. */
export function withRegions(text: string, contents: Readonly<Record<string, string>>): string {
  return text.replace(REGION, (_all, head: string, name: string, _old: string, tail: string) => {
    const content = contents[name];
    if (content === undefined) throw new Error(`nothing generates "${name}"; there are ${Object.keys(contents)}`);
    return `${head}\n${content.trim()}\n\n${tail}`;
  });
}
