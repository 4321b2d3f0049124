/**
 * Flags that were repeated, each as one list: `--account A --account B` as `--account=A,B`. The
 * parser would take the last alone.
 */
export function mergeRepeated(raw: readonly string[], flags: readonly string[]): string[] {
  const merged: string[] = [];
  const places = new Map<string, number>();
  for (let index = 0; index < raw.length; index++) {
    const token = raw[index] ?? "";
    if (token === "--") return [...merged, ...raw.slice(index)];
    const name = /^--([^=]+)/.exec(token)?.[1] ?? "";
    if (!flags.includes(name)) {
      merged.push(token);
      continue;
    }
    const value = token.includes("=") ? token.slice(token.indexOf("=") + 1) : (raw[++index] ?? "");
    const place = places.get(name);
    if (place === undefined) places.set(name, merged.push(`--${name}=${value}`) - 1);
    else merged[place] += `,${value}`;
  }
  return merged;
}
