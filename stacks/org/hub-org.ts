import type { OrgSettings } from "#core/org/settings";

/** The organization that a stage looks after, as its stack needs to know it. */
export interface HubOrg {
  readonly stage: string;
  readonly settings: OrgSettings;
}
