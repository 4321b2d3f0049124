import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longest } from "#core/cut";
import { safe, safeAgain } from "#core/safe";
import { runs } from "../support/soak.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.string({
    unit: fc.constantFrom(
      "<",
      ">",
      "&",
      "`",
      "\\",
      "\n",
      "\u001b",
      "\u202e",
      "\u200b",
      "\ud800",
      "\udc00",
      "a",
      " ",
      "😀",
    ),
  }),
);

/** The inverse of `safe`, which exists because no two texts look the same. */
function read(shown: string): string {
  return shown.replace(/\\u\{([0-9a-f]+)\}/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)));
}

describe("safe", () => {
  test.each([
    ["invoices"],
    ["arn:aws:sts::111122223333:assumed-role/Deploy_1/ci+x=y,z.@example.com-"],
    ["Rechnungen für Ürümqi 発票 😀"],
    ["a b"],
    [""],
  ])("leaves %j as it is", (text) => {
    expect(safe(text)).toBe(text);
  });

  test.each([
    ["a\nb\r\tc", "a\\u{a}b\\u{d}\\u{9}c"],
    ["\u001b[31mred", "\\u{1b}[31mred"],
    ["<b>&amp;`x`", "\\u{3c}b\\u{3e}\\u{26}amp;\\u{60}x\\u{60}"],
    ["invoices\u202egpj.exe", "invoices\\u{202e}gpj.exe"],
    ["\u2066a\u2069", "\\u{2066}a\\u{2069}"],
    ["in\u200bvoices\ufeff", "in\\u{200b}voices\\u{feff}"],
    ["a\u00a0b\u2028c", "a\\u{a0}b\\u{2028}c"],
    ["\u3164x\ufe0f", "\\u{3164}x\\u{fe0f}"],
    ["\u{e0041}", "\\u{e0041}"],
    ["\ud800x\udc00", "\\u{d800}x\\u{dc00}"],
    ["\\u{a}", "\\u{5c}u{a}"],
    ["\u0085\u007f", "\\u{85}\\u{7f}"],
  ])("shows %j as %s", (text, shown) => {
    expect(safe(text)).toBe(shown);
  });

  test("lets no control or invisible character through", () => {
    fc.assert(
      fc.property(anyText, fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }), (text, max) => {
        const shown = safe(text, max);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}<>&`]/u);
        expect(shown).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/);
        expect(shown.isWellFormed()).toBe(true);
      }),
      { numRuns: runs(2000) },
    );
  });

  test("renders no two texts alike", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(read(safe(text))).toBe(text);
      }),
      { numRuns: runs(2000) },
    );
  });

  test("is never longer than requested, and only cut if necessary, between whole characters", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, max) => {
        const whole = safe(text);
        const shown = safe(text, max);
        expect(shown.length).toBeLessThanOrEqual(max);
        if (whole.length <= max) expect(shown).toBe(whole);
        else {
          expect(shown.endsWith("…")).toBe(true);
          const kept = shown.slice(0, -1);
          expect(whole.startsWith(kept)).toBe(true);
          expect(text.startsWith(read(kept))).toBe(true);
        }
      }),
      { numRuns: runs(2000) },
    );
  });

  test.each([
    ["abcdef", 6, "abcdef"],
    ["abcdef", 5, "abcd…"],
    ["abcdef", 1, "…"],
    ["ab😀cd", 4, "ab…"],
    ["ab😀cd", 5, "ab😀…"],
    ["ab\ncd", 7, "ab…"],
    ["ab\ncd", 8, "ab\\u{a}…"],
  ])("cuts %j to %i as %s", (text, max, shown) => {
    expect(safe(text, max)).toBe(shown);
  });
});

test("text of any length is cut, unless a caller says how long it may be", () => {
  expect(safe("<".repeat(60_000)).length).toBeLessThanOrEqual(longest.text);
  expect(safe("x".repeat(longest.text + 1))).toBe(`${"x".repeat(longest.text - 1)}…`);
  expect(safe("x".repeat(longest.text))).toBe("x".repeat(longest.text));
  expect(safeAgain("<".repeat(60_000)).length).toBeLessThanOrEqual(longest.reason);
  expect(safeAgain("x".repeat(longest.reason))).toBe("x".repeat(longest.reason));
});

describe("a text that should already be safe", () => {
  test.each([
    ["a\\u{202e}b", "a\\u{202e}b"],
    ["a\u202eb", "a\\u{202e}b"],
    ["a\\b<", "a\\b\\u{3c}"],
  ])("%j is rendered as %s", (text, shown) => {
    expect(safeAgain(text)).toBe(shown);
  });

  test("is cut if it is too long, and shows that", () => {
    expect(safeAgain("abcdef", 6)).toBe("abcdef");
    expect(safeAgain("abcdef", 5)).toBe("abcd…");
  });
});
