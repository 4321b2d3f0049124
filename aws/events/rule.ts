import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/** A rule on the default bus. */
export interface RuleSeen {
  readonly enabled: boolean;
  readonly pattern: string;
  readonly targets: readonly Target[];
}

/**
 * A rule with its targets; `null`: there is none of that name.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
 */
export async function readRule(events: EventBridgeClient, name: string): Promise<Fact<RuleSeen | null>> {
  return fact<RuleSeen | null>(
    "DescribeRule",
    async () => {
      const { State, EventPattern = "" } = await events.send(new DescribeRuleCommand({ Name: name }));
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: name }));
      return { enabled: State?.startsWith("ENABLED") === true, pattern: EventPattern, targets: Targets };
    },
    { ResourceNotFoundException: null },
  );
}
