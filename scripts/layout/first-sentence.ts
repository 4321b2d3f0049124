import { basename } from "node:path";

/**
 * A source file's own first sentence: from the comment at its top, else of the export that the file
 * is named after, else of its first export. For a CLI command it is the description. Null: there is
 * none.
 */
export function firstSentence(path: string, text: string): string | null {
  if (path.endsWith(".py")) return sentence(/^"""([\s\S]*?)"""/.exec(text)?.[1]);
  const top = /^\/\*\*([\s\S]*?)\*\/\n(?:\n|import)/.exec(text)?.[1];
  if (top !== undefined) return sentence(top);
  if (path.startsWith("cli/commands/")) return sentence(/^ {2}description:\s*"([^"]*)"/m.exec(text)?.[1]);
  const exported = [...text.matchAll(EXPORT)].map(([, comment = "", , kind = "", name = ""]) => ({
    comment,
    kind,
    name,
  }));
  const own = camel(basename(path, ".ts"));
  const main =
    exported.find(({ name }) => name.toLowerCase() === own) ??
    exported.find(({ kind }) => kind.includes("function")) ??
    exported[0];
  return sentence(main?.comment ?? /^\/\*\*([\s\S]*?)\*\//m.exec(text)?.[1]);
}

// --- internal ---

const EXPORT =
  /^\/\*\*((?:(?!\*\/)[\s\S])*?)\*\/\nexport (default |declare |async )*(function\*?|class|const|interface|type|abstract class) (\w+)/gm;

function camel(kebab: string): string {
  return kebab.replaceAll("-", "").toLowerCase();
}

/** The first sentence of a comment, on one line. */
function sentence(comment: string | undefined): string | null {
  const flat = comment
    ?.replaceAll(/^\s*\* ?/gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (!flat) return null;
  const first = /^.*?[.!?](?=\s|$)/.exec(flat)?.[0] ?? flat;
  return first;
}
