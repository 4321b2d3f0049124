import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { renderFinding } from "../../cli/file/finding.ts";
import { loadPolicyFile } from "../../cli/file/policy-file.ts";
import { pages } from "../../scripts/docs/pages.ts";
import { tempFile } from "../cli/run-cli.ts";
import { type Block, blocksOf } from "./markdown.ts";

/**
 * Every YAML block of the pages is a policy, a rule or an exemption, and is checked like
 * `bucketseal check` does.
 */
const examples = pages().flatMap(({ path, text }) => {
  const blocks = blocksOf(text);
  return blocks.flatMap((block, at) =>
    block.language === "yaml" ? [{ where: `${path}:${block.line}`, block, said: saidBelow(blocks[at + 1]) }] : [],
  );
});

test("the pages show policies, good ones and refused ones", () => {
  expect(examples.filter(({ said }) => said === null).length).toBeGreaterThan(5);
  expect(examples.filter(({ said }) => said !== null).length).toBeGreaterThan(2);
});

test("the rule about objects that README.md shows is the one that the demo runs", async () => {
  const rule = examples.find(({ where, block }) => where.startsWith("README.md") && block.body.includes("objects:"));
  const file = await readFile(new URL("../../examples/policies/objects.yaml", import.meta.url), "utf8");
  expect(rule?.block.body).toMatch(/^ {2}- id: orders\n/);
  expect(file).toContain(rule?.block.body);
});

describe.each(examples)("$where", ({ block, said }) => {
  test(said === null ? "is a policy without errors" : "gets the findings that are printed below it", async () => {
    const { findings } = await loadPolicyFile(await tempFile(policyOf(block)));
    const told = findings.map((finding) => renderFinding("policy.yaml", finding).replace(/^\S+ /, ""));
    const errors = findings.filter(({ severity }) => severity === "error").length;
    if (said === null) expect({ errors, told }).toMatchObject({ errors: 0 });
    else expect(told).toEqual(said);
  });
});

/** The findings that a page shows right below an example: a text block whose note says so. */
function saidBelow(next: Block | undefined): string[] | null {
  return next?.language === "text" && next.note === "check says" ? next.body.split("\n") : null;
}

/**
 * A rule or an exemption alone is put into a policy with the key `default`; exemptions get a rule
 * to be exempt from.
 */
function policyOf({ body }: Block): string {
  if (/^version:/m.test(body)) return body;
  const keys = "keys: { default: 'arn:{partition}:kms:{region}:{account}:alias/s3-default' }";
  const isExemption = /^\s*(- )?.*until:/m.test(body);
  const rules = isExemption
    ? "rules:\n- { id: all, encryption: { algorithm: aws:kms, key: default } }\nexemptions:"
    : "rules:";
  return `version: 1\n${keys}\n${rules}\n${body}\n`;
}
