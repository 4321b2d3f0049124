import type { z } from "zod";
import { awsManaged } from "#core/key/template";

/**
 * Cross-document checks: ids are unique, and every key that a rule names exists. They also run on a
 * document with other errors, to report all of them at once, so they assume no structure.
 */
export function crossCheck(document: unknown, context: z.RefinementCtx): void {
  const { rules, exemptions, keys } = mapping(document);
  const names = new Set([...Object.keys(mapping(keys)), awsManaged]);
  const seen = new Map<string, string>();
  for (const [list, entries] of [
    ["rules", rules],
    ["exemptions", exemptions],
  ] as const) {
    for (const [at, entry] of (Array.isArray(entries) ? entries : []).entries()) {
      const { id, encryption } = mapping(entry);
      if (typeof id === "string" && seen.has(id)) {
        const message = `the id ${JSON.stringify(id)} is taken by ${seen.get(id)}; ids must be unique among rules and exemptions`;
        context.addIssue({ code: "custom", path: [list, at, "id"], message });
      }
      if (typeof id === "string") seen.set(id, seen.get(id) ?? `${list}[${at}]`);
      const { key } = mapping(encryption);
      if (list === "rules" && typeof key === "string" && key !== "" && !names.has(key)) {
        context.addIssue({ code: "custom", path: [list, at, "encryption", "key"], message: unknownKey(key, names) });
      }
    }
  }
}

// --- internal ---

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function unknownKey(key: string, names: ReadonlySet<string>): string {
  const known = [...names].map((name) => `\`${name}\``).join(", ");
  return `${JSON.stringify(key)} is not defined under \`keys\`; known: ${known}; to use an ARN, name it under \`keys\``;
}
