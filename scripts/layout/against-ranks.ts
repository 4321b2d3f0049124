import { imports } from "./imports.ts";
import { rankOf } from "./ranks.ts";

/**
 * The imports inside core/ that violate the ranks, each as `core/key/arn.ts imports
 * core/policy/keys.ts`.
 */
export function againstRanks(root: string): string[] {
  return imports(root, "core/**/*.ts")
    .filter(({ to }) => to.startsWith("core/"))
    .filter(({ from, to }) => folderOf(from) !== folderOf(to) && rankOf(folderOf(to)) >= rankOf(folderOf(from)))
    .map(({ from, to }) => `${from} imports ${to}`);
}

// --- internal ---

/** `core/decide/object/ask.ts` is in `decide`, `core/names.ts` in `.`. */
function folderOf(path: string): string {
  const [, folder, file] = path.split("/");
  return file === undefined || folder === undefined ? "." : folder;
}
