import { readBusPolicy } from "#aws/events/bus";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";
import { type Answer, finding, ok, RESTORE, unread } from "./answer.ts";
import { busOf } from "./bus.ts";
import type { Check } from "./check.ts";

/** May the members of the organization send to the hub's bus, and nobody else? */
export const hubBusCheck: Check = {
  name: "hub-bus",
  look: async ({ events, deployment }) => {
    const bus = busOf(deployment);
    if (bus === null) return [];
    return [judgeBus(bus, deployment.organizationId ?? "", await readBusPolicy(events, bus))];
  },
};

/** The answer about the bus's policy. Pure. */
export function judgeBus(bus: string, organization: string, seen: Fact<string | null>): Answer {
  const what = `event bus ${safe(bus)}`;
  if (!seen.known) return unread(seen, what, "events:DescribeEventBus");
  if (seen.value === null) return finding(`${what} is gone: no event of a member arrives`, RESTORE);
  const allows = statementsOf(seen.value).filter(({ Effect }) => Effect === "Allow");
  const ours = allows.filter((each) => admits(each, organization));
  if (ours.length === 0)
    return finding(`${what} does not let the organization send: members' events are lost`, RESTORE);
  const strange = allows.find((each) => !admits(each, organization));
  if (strange !== undefined) {
    return finding(
      `the policy of ${what} allows more than was deployed: ${safe(JSON.stringify(strange), 300)}`,
      RESTORE,
    );
  }
  return ok(`${what} takes events of ${safe(organization)} only`);
}

// --- internal ---

interface BusStatement {
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly Condition?: unknown;
}

/** Whether it lets the organization put events, and does nothing else. */
function admits({ Action, Condition }: BusStatement, organization: string): boolean {
  const only = { StringEquals: { "aws:PrincipalOrgID": organization } };
  return [Action].flat().join() === "events:PutEvents" && JSON.stringify(Condition) === JSON.stringify(only);
}

function statementsOf(policy: string): readonly BusStatement[] {
  try {
    const { Statement = [] } = JSON.parse(policy) as { Statement?: BusStatement | BusStatement[] };
    return [Statement].flat();
  } catch {
    return [];
  }
}
