import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { firstSentence } from "../layout/first-sentence.ts";
import { folders } from "../layout/folders.ts";
import { markdownTable } from "./markdown-table.ts";
import { root } from "./pages.ts";

/** Every source file with its first sentence, folder by folder. */
export function sourceMap(): string {
  return Object.entries(folders)
    .map(([folder, says]) => {
      const rows = sources()
        .filter((path) => dirname(path) === folder)
        .map((path) => [`[${basename(path)}](../${path})`, sentenceOf(path) ?? ""]);
      return `## ${folder}/\n\n${says}\n\n${markdownTable(["file", ""], rows)}`;
    })
    .join("\n\n");
}

/**
 * The source files that the map shows: the product's, the sandbox's, the scripts' and the
 * benchmarks'.
 */
export function sources(): string[] {
  return globSync("{aws,bench,cli,core,functions,sandbox,scripts,stacks}/**/*.{ts,py}", { cwd: root })
    .filter((path) => basename(path) !== "__init__.py")
    .sort();
}

/** A file's own description; null: it has none. */
export function sentenceOf(path: string): string | null {
  return firstSentence(path, readFileSync(join(root, path), "utf8"));
}
