import type { PlaneOf } from "#aws/member/objects/template";
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

/** Its hub, as object functions in members know it. */
export const PLANE: PlaneOf = {
  stage: "test",
  account: "111122223333",
  settings: ORGANIZATION,
  manageNotifications: false,
  planeRoleArn: "arn:aws:iam::111122223333:role/bucketseal/bucketseal-test-plane",
  policyTable: "policies",
  ledgerTable: "ledger",
  topicArn: "arn:aws:sns:eu-west-1:111122223333:alerts",
  pauseParameter: "/bucketseal/test/writes",
  code: "object/0123456789abcdef.zip",
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
  backfill: true,
  digest: "cron(0 8 * * ? *)",
  updateOutsideAws: true,
  email: "ops@example.com",
};
