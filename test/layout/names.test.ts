import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { sources } from "../../scripts/docs/source-map.ts";

const root = resolve(import.meta.dirname, "../..");
const PRODUCT = /^(?:core|aws|functions|cli|stacks)\/.*\.ts$/;
const EXPORT = /^export (?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type) (\w+)/gm;

/** Each Lambda's entry point bears the name that its template gives. */
const MEANT = ["handler"];

test("an exported name of the product means one thing", () => {
  const files = new Map<string, string[]>();
  for (const path of sources().filter((each) => PRODUCT.test(each))) {
    for (const [, name = ""] of readFileSync(join(root, path), "utf8").matchAll(EXPORT)) {
      files.set(name, [...(files.get(name) ?? []), path]);
    }
  }
  const twice = [...files].filter(([name, paths]) => new Set(paths).size > 1 && !MEANT.includes(name));
  expect(Object.fromEntries(twice)).toEqual({});
});
