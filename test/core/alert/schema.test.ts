import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildAlert } from "#core/alert/bucket";
import { alertSchema } from "#core/alert/schema";
import type { Outcome } from "#core/outcome";
import { alertJsonSchema, alertSchemaFile } from "../../../scripts/alert-schema.ts";
import { input } from "../../support/core/alert-input.ts";

const outcomes: readonly Outcome[] = [
  "left alone",
  "reported",
  "changed",
  "held",
  "contested",
  "unreadable",
  "exempt",
  "superseded",
  "gone",
  "failed",
];

describe("the published schema", () => {
  test("matches the schema that alerts are made by (`npm run schema` writes it)", () => {
    expect(readFileSync(alertSchemaFile, "utf8")).toBe(alertJsonSchema());
  });

  test("names every outcome", () => {
    expect(alertSchema.shape.outcome.options).toEqual(outcomes);
  });

  test.each<[string, object]>([
    ["an unknown outcome", { outcome: "repaired" }],
    ["an unknown severity", { severity: "urgent" }],
    ["another schema", { schema: "bucketseal.alert/2" }],
    ["no id", { id: "" }],
    ["a time that is none", { time: "now" }],
    ["a negative latency", { latencyMs: -1 }],
    ["half a millisecond", { latencyMs: 0.5 }],
    ["an unknown mode", { mode: "on" }],
    ["an unknown SSE-C state", { before: { bucketKey: true, sseC: "x" } }],
    ["an unknown policy section", { policy: { kind: "lost" } }],
  ])("refuses %s", (_, change) => {
    expect(alertSchema.safeParse({ ...buildAlert(input), ...change }).success).toBe(false);
  });
});
