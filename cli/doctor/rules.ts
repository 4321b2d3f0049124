import { createHash } from "node:crypto";
import { type RuleSeen, readRule } from "#aws/events/rule";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { canonicalPattern } from "#core/stage/pattern";
import { type Answer, finding, notKnown, ok, RESTORE, unread } from "./answer.ts";
import { busOf } from "./bus.ts";
import type { Check } from "./check.ts";
import type { Ward } from "./ward.ts";

/** Are the EventBridge rules enabled, their patterns and targets as deployed? */
export const rulesCheck: Check = {
  name: "rules",
  look: async ({ events, deployment, home }) => {
    const known = rulesOf(deployment);
    if (known.length === 0) {
      const says = "the stage does not say which rules it has: it was deployed by an older version";
      return [notKnown(says, "deploy it again, then run doctor again")];
    }
    return Promise.all(known.map(async (rule) => judgeRule(rule, await readRule(events, rule), home)));
  },
};

/** A rule as the stage recorded it. */
export interface RuleRecorded {
  readonly name: string;
  readonly pattern: string | undefined;
  readonly queueUrl: string;
  /** Its event bus, for what comes from members; `null`: the default one, for the own account. */
  readonly bus: string | null;
  /** The Regions whose events it takes; `null`: its own alone, or the stage does not say. */
  readonly regions: readonly string[] | null;
}

/** The answer about one rule. Pure. */
export function judgeRule(rule: RuleRecorded, seen: Fact<RuleSeen | null>, home: Ward["home"]): Answer {
  const name = `rule ${safe(rule.name)}`;
  if (!seen.known) return unread(seen, name, "events:DescribeRule and events:ListTargetsByRule");
  if (seen.value === null) return finding(`${name} is gone: its events are lost`, RESTORE);
  const { enabled, pattern, targets } = seen.value;
  if (!enabled) {
    return finding(
      `${name} is disabled: no event arrives`,
      `enable it: aws events enable-rule --name ${safe(rule.name)}${rule.bus === null ? "" : ` --event-bus-name ${safe(rule.bus)}`}`,
    );
  }
  if (!isAsDeployed(pattern, rule, home)) {
    return finding(`${name} has another pattern than was deployed: events may be missing`, RESTORE);
  }
  const queue = rule.queueUrl.split("/").at(-1) ?? "";
  const target = targets.find(({ Arn }) => Arn?.endsWith(`:${queue}`));
  if (target === undefined) return finding(`${name} does not send to the queue ${safe(queue)}`, RESTORE);
  if (target.DeadLetterConfig?.Arn === undefined) {
    return finding(`${name} has no dead-letter queue: what it cannot deliver is lost`, RESTORE);
  }
  return ok(`${name} is enabled, as deployed`);
}

// --- internal ---

function rulesOf(deployment: Deployment): readonly RuleRecorded[] {
  const { eventQueueUrl, objectQueueUrl, sweepQueueUrl = "" } = deployment;
  const bus = busOf(deployment);
  const regions = deployment.regions?.split(",") ?? null;
  const all = [
    [deployment.bucketRule, deployment.bucketRulePattern, eventQueueUrl, null],
    [deployment.objectCreatedRule, deployment.objectCreatedRulePattern, objectQueueUrl, null],
    [deployment.objectCalledRule, deployment.objectCalledRulePattern, objectQueueUrl, null],
    [deployment.keyRule, deployment.keyRulePattern, sweepQueueUrl, null],
    [deployment.jobRule, deployment.jobRulePattern, sweepQueueUrl, null],
    [deployment.memberBucketRule, deployment.memberBucketRulePattern, eventQueueUrl, bus],
    [deployment.memberKeyRule, deployment.memberKeyRulePattern, sweepQueueUrl, bus],
  ] as const;
  return all.flatMap(([name, pattern, queueUrl, bus]) =>
    name === undefined ? [] : [{ name, pattern, queueUrl, bus, regions: bus === null ? null : regions }],
  );
}

function isAsDeployed(text: string, { pattern: recorded, bus, regions }: RuleRecorded, home: Ward["home"]): boolean {
  const pattern = objectOf(text);
  if (pattern === null) return false;
  const { account, region } = pattern as { account?: unknown; region?: unknown };
  if (bus === null && JSON.stringify([account, region]) !== JSON.stringify([[home.account], [home.region]]))
    return false;
  if (regions !== null && textOf(region) !== textOf(regions)) return false;
  return createHash("sha256").update(canonicalPattern(pattern)).digest("hex").slice(0, 16) === recorded;
}

/** A list as one text, whatever its order. */
function textOf(list: unknown): string {
  return JSON.stringify(Array.isArray(list) ? [...list].sort() : list);
}

function objectOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
