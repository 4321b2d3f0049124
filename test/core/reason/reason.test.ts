import { describe, expect, test } from "vitest";
import { adviceFor, adviceForObjects } from "#core/reason/advice";
import { bucketReasons } from "#core/reason/bucket-reasons";
import { differenceReasons } from "#core/reason/difference-reasons";
import { gateReasons } from "#core/reason/gate-reasons";
import { objectReasons } from "#core/reason/object-reasons";
import { quietReasons } from "#core/reason/quiet-reasons";
import { reasonCodes, rowOf } from "#core/reason/reason";
import { riskReasons } from "#core/reason/risk-reasons";
import { severityOf } from "#core/reason/severity-of";
import { ref } from "../../support/core/world.ts";

const context = { ref, rule: "baseline", declaredKey: null };

describe("the table of reasons", () => {
  test("has one row for each code, in the order of urgency", () => {
    const files = [riskReasons, bucketReasons, gateReasons, objectReasons, differenceReasons, quietReasons];
    expect(reasonCodes).toEqual(files.flatMap((rows) => Object.keys(rows)));
    expect(new Set(reasonCodes).size).toBe(reasonCodes.length);
  });

  test.each(reasonCodes)("says what %s means, in a phrase without a full stop", (code) => {
    expect(rowOf(code)?.means).toMatch(/^[a-zS`].*[^.]$/);
  });

  test.each(Object.keys(quietReasons) as (keyof typeof quietReasons)[])(
    "advises nothing about %s, which no alert gives",
    (code) => {
      expect(rowOf(code)?.isQuiet).toBe(true);
      expect(adviceFor("left alone", [code], context)).toEqual([]);
      expect(adviceForObjects([code], context)).toEqual([]);
    },
  );

  test("has no row for a code that another version recorded", () => {
    const unheard = ["constructor", "of-tomorrow"] as unknown as Parameters<typeof adviceForObjects>[0];
    expect([rowOf("constructor"), severityOf("held", unheard)]).toEqual([undefined, "medium"]);
    expect(adviceForObjects(unheard, context)).toEqual([]);
  });

  test("marks no other reason as quiet", () => {
    expect(reasonCodes.filter((code) => rowOf(code)?.isQuiet)).toEqual(Object.keys(quietReasons));
  });
});

describe("advice", () => {
  test("about objects to backfill names the bucket and the way to do it", () => {
    expect(adviceFor("changed", ["objects-to-backfill"], context)[0]).toMatch(
      /written to invoices .* S3 Batch Operations/,
    );
  });

  test("about a bucket follows the table, then the outcome", () => {
    const said = adviceFor("failed", ["rule-changed-by-tags", "stronger", "alias-moved"], context);
    expect(said.map((text) => text.slice(0, 8))).toEqual(["Find out", "If the s", "Check wh", "Once the"]);
  });

  test("about a bucket never mentions objects alone", () => {
    expect(adviceFor("held", ["object-locked", "directory-bucket"], context)).toEqual([]);
  });

  test("about objects has its own text where it differs, and ends with what the bucket's alert says too", () => {
    const said = adviceForObjects(["key-missing", "object-locked", "unreadable", "integrity-alarm"], context);
    expect(said.map((text) => text.slice(0, 25))).toEqual([
      "Writes to objects of invo",
      "Restore read access to th",
      "Wait until the lock ends,",
      "Create the declared key i",
    ]);
    expect(said[1]).toContain("these objects");
  });
});
