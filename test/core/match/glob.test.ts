import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileGlob, globMatches } from "#core/match/glob";
import { globCovers, globsMeet } from "#core/match/glob-relations";
import { runs } from "../../support/soak.ts";

const matches = (glob: string, text: string) => globMatches(compileGlob(glob), text);

describe("a glob matches the whole text or not at all", () => {
  test.each([
    ["logs", "logs", true],
    ["logs", "logs-2", false],
    ["logs", "my-logs", false],
    ["logs", "Logs", false],
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "a/b.c", true],
    ["**", "anything", true],
    ["logs-*", "logs-", true],
    ["logs-*", "logs-a/b", true],
    ["logs-*", "logs", false],
    ["logs-*", "my-logs-a", false],
    ["*-logs", "-logs", true],
    ["*-logs", "a-logs", true],
    ["*-logs", "a-logs-b", false],
    ["*-logs-*", "a-logs-b", true],
    ["*-logs-*", "a-log-b", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["ab*ba", "aba", false],
    ["a*b*c", "abc", true],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "acb", false],
    ["a*b*cd", "abcxcd", true],
    ["*ab*", "aab", true],
    ["*aab*", "aaab", true],
    ["?", "", false],
    ["?", "a", true],
    ["?", "ab", false],
    ["?", "/", true],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a?c", "adcd", false],
    ["a?*", "a", false],
    ["a?*", "ab", true],
    ["a*?", "a", false],
    ["a*?", "abc", true],
    ["*??", "a", false],
    ["*??", "ab", true],
    ["?*c", "c", false],
    ["?*c", "bc", true],
    ["??-*", "eu-west-1", true],
    ["??-*", "eu", false],
    ["*?", "\u{1F600}", true],
    ["?", "\u{1F600}", true],
    ["??", "\u{1F600}", false],
    ["a.c", "abc", false],
    ["a+", "aa", false],
    ["[ab]", "a", false],
    ["[ab]", "[ab]", true],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["\\?x", "?x", true],
    ["\\?x", "ax", false],
    ["\\\\", "\\", true],
    ["\\a", "a", true],
    ["a\\", "a\\", true],
    ["a\\*b*", "a*b-c", true],
    ["a\\*b*", "axb-c", false],
    ["*\\*", "ab*", true],
    ["*\\*", "abc", false],
  ])("%j over %j: %j", (glob, text, expected) => {
    expect(matches(glob, text)).toBe(expected);
  });

  test("the text before the first and after the last wildcard is known, escapes undone", () => {
    expect(compileGlob("a\\*b*c?d")).toMatchObject({ head: "a*b", tail: "d", literal: null, endsOnly: false });
    expect(compileGlob("a*d")).toMatchObject({ source: "a*d", head: "a", tail: "d", literal: null, endsOnly: true });
    expect(compileGlob("a?d")).toMatchObject({ head: "a", tail: "d", literal: null, endsOnly: false });
    expect(compileGlob("a\\?d")).toMatchObject({ head: "a?d", tail: "a?d", literal: "a?d", endsOnly: false });
  });

  test("equivalent runs of wildcards are compiled to the same glob", () => {
    const tokens = ["?*", "*?", "**?", "?**", "*?*"].map((glob) => compileGlob(glob).tokens);
    expect(tokens).toEqual(tokens.map(() => [{ kind: "one" }, { kind: "any" }]));
  });

  test("a hostile glob over a long text takes no longer than the product of both lengths", () => {
    const glob = `${"*a".repeat(30)}*b`;
    const before = performance.now();
    expect(matches(glob, "a".repeat(1024))).toBe(false);
    expect(matches(glob, `${"a".repeat(1024)}cb`)).toBe(true);
    expect(matches(`${glob}?`, `${"a".repeat(1024)}c`)).toBe(false);
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe("a glob agrees with the regular expression that means the same", () => {
  test("for globs and texts over a small alphabet", () => {
    const regex = (glob: string) =>
      new RegExp(
        `^${glob.replace(/\\.|[\s\S]/gu, (at) => (at === "*" ? "[^]*" : at === "?" ? "[^]" : `\\u{${at.codePointAt(at.length === 1 ? 0 : 1)?.toString(16)}}`))}$`,
        "u",
      );
    const piece = fc.constantFrom("a", "b", "*", "?", "\\*", "\\?", "-");
    const glob = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "-", "*", "?"), maxLength: 10 });
    fc.assert(
      fc.property(glob, text, (pattern, candidate) => matches(pattern, candidate) === regex(pattern).test(candidate)),
      { numRuns: runs(3000) },
    );
  });
});

describe("two globs", () => {
  const covers = (a: string, b: string) => globCovers(compileGlob(a), compileGlob(b));
  const meet = (a: string, b: string) => globsMeet(compileGlob(a), compileGlob(b));

  test.each([
    ["*", "a-*", true],
    ["a-*", "*", false],
    ["a-*", "a-b-*", true],
    ["a-b-*", "a-*", false],
    ["*-logs", "*-access-logs", true],
    ["*-access-logs", "*-logs", false],
    ["a*", "abc", true],
    ["abc", "a*", false],
    ["abc", "abc", true],
    ["a?c", "abc", true],
    ["a?c", "a?c", true],
    ["a?c", "a*c", false],
    ["a*c", "a?c", true],
    ["a*", "a?*", true],
    ["a?*", "a*", false],
    ["?*", "*?", true],
    ["*b*", "a*b*c", true],
    ["*b*", "a*c", false],
    ["a\\*", "a*", false],
    ["a*", "a\\*", true],
    ["?", "\\?", true],
    ["\\?", "?", false],
  ])("%j covers %j: %j", (a, b, expected) => {
    expect(covers(a, b)).toBe(expected);
  });

  test.each([
    ["a", "a", true],
    ["a", "b", false],
    ["a*", "*b", true],
    ["a*", "b*", false],
    ["*a", "*b", false],
    ["a-*", "a-b-*", true],
    ["ab*", "a?c*", true],
    ["abd*", "a?c*", false],
    ["a?c*", "ab?d*", true],
    ["*a?b", "*cb", true],
    ["*a?b", "*d?b", false],
    ["ab*", "a?*", true],
    ["a?c*", "ab?*", true],
    ["a?", "?b", true],
    ["a?", "?bc", false],
    ["a?c", "*b*", true],
    ["*b*", "a?c", true],
    ["a?c", "*d", false],
    ["*d", "a?c", false],
    ["*xa", "*ya", false],
    ["*xa", "*?a", true],
    ["a*a", "a", false],
    ["a", "a*a", false],
    ["*", "", true],
    ["?*", "", false],
  ])("%j meets %j: %j", (a, b, expected) => {
    expect(meet(a, b)).toBe(expected);
    expect(meet(b, a)).toBe(expected);
  });

  const glob = fc.array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 5 }).map((pieces) => pieces.join(""));
  const texts = ["", ..."ab", ...words(2), ...words(3), ...words(4), ...words(5), ...words(6)];

  test("cover each other only if one matches all that the other matches", () => {
    fc.assert(
      fc.property(glob, glob, (a, b) => !covers(a, b) || texts.every((text) => !matches(b, text) || matches(a, text))),
      { numRuns: runs(1500) },
    );
  });

  test("meet exactly if both match some text", () => {
    fc.assert(
      fc.property(glob, glob, (a, b) => {
        // If two globs meet, they meet in a text no longer than both together; up to eight
        // characters are tried.
        const found = [...texts, ...words(8)].some((text) => matches(a, text) && matches(b, text));
        return found ? meet(a, b) : !meet(a, b) || a.length + b.length > 8;
      }),
      { numRuns: runs(800) },
    );
  });

  function words(length: number): string[] {
    return Array.from({ length: 2 ** length }, (_, bits) =>
      Array.from({ length }, (_, at) => ((bits >> at) & 1 ? "b" : "a")).join(""),
    );
  }
});
