import { folders } from "../layout/folders.ts";
import { ranks } from "../layout/ranks.ts";
import { markdownTable } from "./markdown-table.ts";

/** The ranks of core/, highest first, with the purpose of each folder. */
export function ranksTable(): string {
  const rows = ranks.flatMap((same, index) =>
    same.map((folder) => {
      const path = folder === "." ? "core" : `core/${folder}`;
      return [String(index + 1), `\`${path}/\``, folders[path] ?? ""];
    }),
  );
  return markdownTable(["rank", "folder", "what it is for"], rows.reverse());
}
