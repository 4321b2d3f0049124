import type { OrgSettings } from "#core/org/settings";
import type { Options } from "../../stacks/options.ts";

/** The organization of a hub in eu-west-1. */
export const ORGANIZATION: OrgSettings = {
  id: "o-a1b2c3d4e5",
  homeRegion: "eu-west-1",
  regions: ["eu-west-1", "us-east-1"],
  ous: ["ou-ab12-11111111"],
  externalId: "7f1c5f9e-2b57-4e0d",
  role: { path: "/bucketseal/" },
};

/** Everything that a deployer can choose. */
export const EVERYTHING: Partial<Options> = {
  trail: "create",
  dataTrail: "create",
  dataTrailExcept: ["a-busy-bucket"],
  objects: true,
  copy: true,
  manageNotifications: true,
  tracing: true,
  batch: true,
  digest: "cron(0 8 * * ? *)",
  updateOutsideAws: true,
  email: "ops@example.com",
};
