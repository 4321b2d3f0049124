import { memberRoleArn } from "#core/org/names";
import type { HubBus } from "./bus.ts";

/** What the CLI needs to know about the organization; long lists are counted only. */
export function orgRecord({ bus, org: { stage, settings } }: HubBus): Readonly<Record<string, string>> {
  const { id, homeRegion, regions, externalId, ous, accounts } = settings;
  return {
    org: "on",
    organizationId: id,
    homeRegion,
    regions: regions.join(),
    ...listed("ous", ous),
    ...listed("accounts", accounts),
    externalId,
    hubBusArn: bus.eventBusArn,
    memberRole: memberRoleArn(stage, settings, "*"),
  };
}

// --- internal ---

/**
 * A parameter has 4,096 characters.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
const MAX_LISTED = 10;

function listed(name: string, items: readonly string[] | undefined): Readonly<Record<string, string>> {
  if (items === undefined) return {};
  return { [name]: items.length > MAX_LISTED ? `${items.length} ${name}` : items.join() };
}
