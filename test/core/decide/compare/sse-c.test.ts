import { describe, expect, test } from "vitest";
import { compareSseC } from "#core/decide/compare/sse-c";
import type { SseCState } from "#core/encryption";

describe("SSE-C", () => {
  test.each<
    [boolean | undefined, SseCState, "hold" | "accept" | "weaken", boolean, string, string | null, string | null]
  >([
    [undefined, "SSE-C", "hold", true, "SSE-C", null, null],
    [undefined, "NONE", "hold", true, "NONE", null, null],
    [undefined, "not-stated", "hold", true, "SSE-C", null, null],
    [true, "SSE-C", "hold", true, "SSE-C", null, null],
    [true, "NONE", "hold", false, "SSE-C", "differs", "SSE-C: allowed, declared blocked"],
    [true, "not-stated", "hold", false, "SSE-C", "differs", "SSE-C: not stated, declared blocked"],
    [true, "NONE", "weaken", false, "SSE-C", "differs", "SSE-C: allowed, declared blocked"],
    [false, "NONE", "hold", true, "NONE", null, null],
    [false, "SSE-C", "hold", false, "NONE", "kept", "SSE-C: blocked is stronger than the declared allowed"],
    [
      false,
      "SSE-C",
      "accept",
      false,
      "SSE-C",
      "accepted",
      "SSE-C: blocked is stronger than the declared allowed, which the rule accepts",
    ],
    [false, "SSE-C", "weaken", false, "NONE", "differs", "SSE-C: blocked, declared allowed"],
    [false, "not-stated", "hold", false, "NONE", null, null],
    [false, "not-stated", "accept", false, "SSE-C", null, null],
    [false, "not-stated", "accept", true, "SSE-C", null, null],
    [false, "not-stated", "weaken", true, "NONE", null, null],
    [false, "not-stated", "weaken", false, "NONE", null, null],
    [
      false,
      "not-stated",
      "hold",
      true,
      "NONE",
      "held",
      "SSE-C: not stated, but a write must set it to blocked or allowed",
    ],
  ])("blockSseC %s, observed %s, %s, written %s", (declared, observed, stronger, isWritten, want, effect, text) => {
    const compared = compareSseC(declared, observed, stronger, isWritten);
    expect(compared.want).toBe(want);
    expect(compared.findings.map((each) => [each.effect, each.reason.text])).toEqual(
      text === null ? [] : [[effect, text]],
    );
  });

  test("has a code of its own for each finding", () => {
    const code = (...given: Parameters<typeof compareSseC>) => compareSseC(...given).findings[0]?.reason.code;
    expect(code(true, "NONE", "hold", false)).toBe("sse-c-differs");
    expect(code(false, "SSE-C", "hold", false)).toBe("stronger");
    expect(code(false, "SSE-C", "accept", false)).toBe("stronger-accepted");
    expect(code(false, "SSE-C", "weaken", false)).toBe("sse-c-differs");
    expect(code(false, "not-stated", "hold", true)).toBe("sse-c-not-stated");
  });
});
