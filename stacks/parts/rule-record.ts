import { createHash } from "node:crypto";
import { Stack } from "aws-cdk-lib";
import type { CfnRule, Rule } from "aws-cdk-lib/aws-events";
import { canonicalPattern } from "#core/stage/pattern";

/** The ARNs of the rules that there are. */
export function arnsOf(...rules: readonly (Rule | null)[]): string[] {
  return rules.flatMap((rule) => (rule === null ? [] : [rule.ruleArn]));
}

/** What the CLI needs to know about a rule: its name, and the hash of its pattern as deployed. */
export function ruleRecord(name: string, rule: Rule): Readonly<Record<string, string>> {
  const { eventPattern } = rule.node.defaultChild as CfnRule;
  const pattern = Stack.of(rule).resolve(eventPattern) as object;
  const hash = createHash("sha256").update(canonicalPattern(pattern)).digest("hex");
  return { [name]: rule.ruleName, [`${name}Pattern`]: hash.slice(0, 16) };
}
