import { DisableRuleCommand, EventBridgeClient, ListRuleNamesByTargetCommand } from "@aws-sdk/client-eventbridge";
import type { Stage } from "./stage.ts";

/** Disables the rules that send events to the object queue. */
export async function withoutEvents({ sandbox }: Stage): Promise<void> {
  const { endpoint, region, account, credentials, queues } = sandbox;
  const events = new EventBridgeClient({ endpoint, region, credentials: { ...credentials } });
  const TargetArn = `arn:aws:sqs:${region}:${account}:${queues.objects.split("/").at(-1)}`;
  const { RuleNames = [] } = await events.send(new ListRuleNamesByTargetCommand({ TargetArn }));
  if (RuleNames.length === 0) throw new Error("no rule sends events to the object queue");
  for (const Name of RuleNames) await events.send(new DisableRuleCommand({ Name }));
}
