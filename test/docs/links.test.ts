import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { pages, root } from "../../scripts/docs/pages.ts";
import { anchorsOf, proseOf } from "./markdown.ts";

test("the repository has pages to check", () => {
  const paths = pages().map(({ path }) => path);
  for (const name of ["README.md", "docs/policy.md", "docs/security.md", "docs/runbook.md", "docs/deploy.md"])
    expect(paths).toContain(name);
});

describe.each(pages())("$path", ({ path, text }) => {
  const targets = [...proseOf(text).matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
    ([, markdown, html]) => markdown ?? html ?? "",
  );

  test("links only to files and headings that exist", () => {
    const broken = targets.filter((target) => !/^(https?:|mailto:)/.test(target) && !leadsSomewhere(path, target));
    expect(broken).toEqual([]);
  });

  test("links to no private address", () => {
    expect(targets.filter((target) => /localhost|127\.0\.0\.1|\/tmp\/|\/work\//.test(target))).toEqual([]);
  });
});

function leadsSomewhere(from: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from : posix.join(posix.dirname(from), file);
  if (!existsSync(join(root, path))) return false;
  return anchor === undefined || anchorsOf(readFileSync(join(root, path), "utf8")).has(anchor);
}
