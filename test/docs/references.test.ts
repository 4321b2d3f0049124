import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pages, root } from "../../scripts/docs/pages.ts";

const sources = globSync("{aws,bench,cli,core,functions,sandbox,scripts,stacks,test}/**/*.{ts,py}", { cwd: root });
const textOf = (path: string) => readFileSync(join(root, path), "utf8");

/** Sections of docs/aws-behaviour.md that a text refers to, across the line breaks of comments. */
function sectionsIn(text: string): string[] {
  const flat = text.replaceAll(/\s*\n\s*(?:\/\/|\*|#)?\s*/g, " ");
  return [...flat.matchAll(/aws-behaviour\.md((?:(?:,| and| to|-)? ?\d{1,2}(?:\.\d)?\b)*)/g)].flatMap(([, list = ""]) =>
    [...list.matchAll(/\d{1,2}(?:\.\d)?/g)].map(([section]) => section),
  );
}

describe("references to docs/aws-behaviour.md", () => {
  const headings = new Set(
    [...textOf("docs/aws-behaviour.md").matchAll(/^##+ (\d+(?:\.\d)?) /gm)].map(([, number = ""]) => number),
  );
  const referring = sources
    .map((path) => ({ path, sections: sectionsIn(textOf(path)) }))
    .filter(({ path, sections }) => sections.length > 0 && !path.includes("references.test"));

  test("exist", () => {
    expect(referring.length).toBeGreaterThan(20);
  });

  test.each(referring)("name sections that exist in $path", ({ sections }) => {
    expect(sections.filter((section) => !headings.has(section))).toEqual([]);
  });
});

/** Pages that are generated and may not exist yet. */
const WRITTEN = ["docs/numbers.md"];

test("nothing in the repository refers to a page that is not in it", () => {
  const named = sources.flatMap((path) =>
    [...textOf(path).matchAll(/(?<![\w/-])(?:docs\/)?[\w/-]+\.md\b/g)].map(([page]) => ({ path, page })),
  );
  const missing = named.filter(
    ({ path, page }) =>
      !path.startsWith("test/docs/") &&
      !path.startsWith("scripts/docs") &&
      !WRITTEN.includes(page) &&
      !existsSync(join(root, page)),
  );
  expect(missing).toEqual([]);
});

test("every file of the repository that a page names in code marks exists", () => {
  const folders = "aws|bench|cli|core|docs|examples|functions|sandbox|schema|scripts|stacks|test";
  const missing = pages().flatMap(({ path, text }) =>
    [...text.matchAll(new RegExp(`\`((?:${folders})/[\\w./-]+)\``, "g"))]
      .map(([, file = ""]) => file)
      .filter((file) => !existsSync(join(root, file)))
      .map((file) => `${path}: ${file}`),
  );
  expect(missing).toEqual([]);
});

test("every environment variable that a page names is read somewhere", () => {
  const read = sources
    .filter((path) => !path.startsWith("test/") || path.startsWith("test/support/"))
    .map(textOf)
    .join("\n");
  const named = pages().flatMap(({ path, text }) =>
    [...text.matchAll(/\b((?:BUCKETSEAL|SANDBOX|DOCS)_[A-Z_]+)\b/g)].map(([, name = ""]) => `${path}: ${name}`),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((each) => !read.includes(each.split(": ")[1] ?? "") && !each.endsWith("DOCS_UPDATE"))).toEqual(
    [],
  );
});
