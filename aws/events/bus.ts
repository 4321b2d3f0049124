import { DescribeEventBusCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/**
 * The policy of an event bus as its JSON text, empty for none; `null`: there is no such bus.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html
 */
export async function readBusPolicy(events: EventBridgeClient, bus: string): Promise<Fact<string | null>> {
  return fact<string | null>(
    "DescribeEventBus",
    async () => (await events.send(new DescribeEventBusCommand({ Name: bus }))).Policy ?? "",
    { ResourceNotFoundException: null },
  );
}
