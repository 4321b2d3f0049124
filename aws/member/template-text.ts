import type { MemberTemplate } from "./template.ts";

/**
 * A template as text: one entry a line, which people can compare, and which stays under the 10 KB
 * that every way to deploy a template takes.
 */
export function templateText(template: MemberTemplate): string {
  const sections = Object.entries(template).map(([name, section]) => `${JSON.stringify(name)}:${sectionText(section)}`);
  return `{\n${sections.join(",\n")}\n}\n`;
}

// --- internal ---

function sectionText(section: unknown): string {
  if (typeof section !== "object" || section === null) return JSON.stringify(section);
  const entries = Object.entries(section).map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  return `{\n${entries.join(",\n")}\n}`;
}
