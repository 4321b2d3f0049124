import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkPolicy } from "#core/check/check";
import { policyJsonSchema } from "#core/policy/json-schema";
import { policySchema } from "#core/policy/policy";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const examples = readdirSync(new URL("examples/policies/", root)).map((file) => `examples/policies/${file}`);

describe("the published JSON Schema", () => {
  test("is the generated one (`node scripts/schema.ts` writes it)", () => {
    expect(JSON.parse(read("schema/policy.schema.json"))).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
  });

  test("describes every field", () => {
    const silent: string[] = [];
    visit(policyJsonSchema(), "", silent);
    expect(silent).toEqual([]);
  });

  test("has a title and an id", () => {
    expect(policyJsonSchema()).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Bucketseal policy",
      description: "How the S3 buckets of an AWS organization are to be encrypted.",
      required: ["version", "rules"],
      additionalProperties: false,
      properties: {
        settle: { type: "string" },
        breaker: { type: "object" },
        keys: { additionalProperties: { type: "string" } },
      },
    });
  });
});

describe.each(examples)("%s", (path) => {
  test("starts with its schema, parses, and passes check without a warning", () => {
    const text = read(path);
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/schema\/policy\.schema\.json\n/);
    expect(checkPolicy(policySchema.parse(parse(text)), Date.UTC(2026, 10, 21), [])).toEqual([]);
  });
});

test("the sample policies include the baseline", () => {
  expect(examples).toContain("examples/policies/baseline.yaml");
  expect(examples.length).toBeGreaterThanOrEqual(6);
});

function visit(schema: unknown, path: string, silent: string[]): void {
  if (typeof schema !== "object" || schema === null) return;
  const { properties, items } = schema as { properties?: Record<string, object>; items?: unknown };
  for (const [name, field] of Object.entries(properties ?? {})) {
    if (!("description" in field)) silent.push(`${path}/${name}`);
    visit(field, `${path}/${name}`, silent);
  }
  visit(items, `${path}/[]`, silent);
}
