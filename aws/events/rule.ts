import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/** A rule as it is now. */
export interface RuleSeen {
  readonly enabled: boolean;
  readonly pattern: string;
  readonly targets: readonly Target[];
}

/**
 * A rule with its targets; `null`: there is none of that name on the bus (`null`: the default one).
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
 */
export async function readRule(
  events: EventBridgeClient,
  { name, bus }: { readonly name: string; readonly bus: string | null },
): Promise<Fact<RuleSeen | null>> {
  const on = bus === null ? {} : { EventBusName: bus };
  return fact<RuleSeen | null>(
    "DescribeRule",
    async () => {
      const { State, EventPattern = "" } = await events.send(new DescribeRuleCommand({ Name: name, ...on }));
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: name, ...on }));
      return { enabled: State?.startsWith("ENABLED") === true, pattern: EventPattern, targets: Targets };
    },
    { ResourceNotFoundException: null },
  );
}
