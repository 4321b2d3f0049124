import { beforeAll, describe, expect, test } from "vitest";
import { generated } from "../../scripts/docs/generated.ts";
import { pages } from "../../scripts/docs/pages.ts";
import { regionsOf, withRegions } from "../../scripts/docs/regions.ts";

let contents: Readonly<Record<string, string>>;
beforeAll(async () => {
  contents = await generated();
}, 60_000);

const withSome = pages().filter(({ text }) => regionsOf(text).length > 0);

test.each(withSome)("$path says what the sources say (npm run docs writes it anew)", ({ text }) => {
  expect(text).toBe(withRegions(text, contents));
});

describe("every generated text is shown on a page:", () => {
  const shown = new Set(withSome.flatMap(({ text }) => regionsOf(text)));

  test.each([
    "permissions",
    "alarms",
    "policy-fields",
    "alert-fields",
    "alert-example",
    "reasons",
    "help",
    "map",
    "ranks",
  ])("%s", (name) => {
    expect(shown).toContain(name);
    expect(contents[name]?.split("\n").length).toBeGreaterThan(5);
  });
});
