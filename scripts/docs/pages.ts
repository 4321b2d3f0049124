import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One page of the documentation. */
export interface Page {
  /** From the root of the repository: `docs/policy.md`. */
  readonly path: string;
  readonly text: string;
}

/** The root of the repository, with a trailing slash. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every Markdown page of the documentation. */
export function pages(): Page[] {
  const paths = globSync(["*.md", "docs/**/*.md", "examples/**/*.md"], { cwd: root }).sort();
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}
