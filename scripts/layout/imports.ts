import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** One import statement; paths are from the root of the tree. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import of one TypeScript file of the tree by another, type imports included. */
export function imports(root: string, pattern: string): Import[] {
  return globSync(pattern, { cwd: root })
    .sort()
    .flatMap((from) =>
      specifiers(readFileSync(join(root, from), "utf8")).flatMap((specifier) => {
        const to = resolve(from, specifier);
        return to === null ? [] : [{ from, to }];
      }),
    );
}

// --- internal ---

const IMPORT = /^(?:import|export)\b[^;"'`]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;

function specifiers(text: string): string[] {
  return [...text.matchAll(IMPORT)].map(([, from, bare, called]) => from ?? bare ?? called ?? "");
}

/** The file behind a specifier; null: a package. */
function resolve(from: string, specifier: string): string | null {
  if (specifier.startsWith("#")) return `${specifier.slice(1)}.ts`;
  return specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier) : null;
}
