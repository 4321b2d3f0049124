import type { Options } from "../../stacks/options.ts";

/** Everything that a deployer can choose. */
export const EVERYTHING: Partial<Options> = {
  trail: "create",
  dataTrail: "create",
  dataTrailExcept: ["a-busy-bucket"],
  objects: true,
  copy: true,
  manageNotifications: true,
  tracing: true,
  digest: "cron(0 8 * * ? *)",
  updateOutsideAws: true,
  email: "ops@example.com",
};
