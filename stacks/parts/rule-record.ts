import { createHash } from "node:crypto";
import { Stack } from "aws-cdk-lib";
import type { CfnRule, Rule } from "aws-cdk-lib/aws-events";
import { canonicalPattern } from "#core/stage/pattern";

/** The ARNs of the rules that there are. */
export function arnsOf(...rules: readonly (Rule | null)[]): string[] {
  return rules.flatMap((rule) => (rule === null ? [] : [rule.ruleArn]));
}

/**
 * What CloudWatch knows a rule's metrics by: on a bus that is not the default one, the bus too.
 * Such a rule must have a name: a reference to it is `BUS|RULE` there.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function dimensionsOf(rule: Rule): { readonly RuleName: string; readonly EventBusName?: string } {
  const { eventBusName, name } = rule.node.defaultChild as CfnRule;
  if (eventBusName === undefined) return { RuleName: rule.ruleName };
  if (name === undefined) throw new Error(`${rule.node.path} is on another bus and has no name`);
  return { EventBusName: eventBusName, RuleName: name };
}

/** What the CLI needs to know about a rule: its name, and the hash of its pattern as deployed. */
export function ruleRecord(name: string, rule: Rule): Readonly<Record<string, string>> {
  const { eventPattern } = rule.node.defaultChild as CfnRule;
  const pattern = Stack.of(rule).resolve(eventPattern) as object;
  const hash = createHash("sha256").update(canonicalPattern(pattern)).digest("hex");
  return { [name]: dimensionsOf(rule).RuleName, [`${name}Pattern`]: hash.slice(0, 16) };
}
