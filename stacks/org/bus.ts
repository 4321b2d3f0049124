import { CfnEventBusPolicy, EventBus } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";
import { hubBusName } from "#core/org/names";
import type { HubOrg } from "./hub-org.ts";

/** The bus that members send to. */
export interface HubBus {
  readonly bus: EventBus;
  readonly org: HubOrg;
}

/**
 * The event bus of the hub: whoever is in the organization may put events on it, and nobody else.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
export function hubBus(scope: Construct, org: HubOrg): HubBus {
  const eventBusName = hubBusName(org.stage);
  const bus = new EventBus(scope, "HubBus", { eventBusName, description: "Events of the members of the organization" });
  new CfnEventBusPolicy(scope, "HubBusPolicy", {
    eventBusName: bus.eventBusName,
    statementId: "MembersMayPutEvents",
    statement: {
      Effect: "Allow",
      Principal: "*",
      Action: "events:PutEvents",
      Resource: bus.eventBusArn,
      Condition: { StringEquals: { "aws:PrincipalOrgID": org.settings.id } },
    },
  });
  return { bus, org };
}
