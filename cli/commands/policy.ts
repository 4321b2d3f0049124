import type { CommandDef } from "citty";

/** The group of commands about the policy that is in force. */
export const policy: CommandDef = {
  meta: { name: "policy", description: "Shows, lists and rolls back what was pushed; accepts moved keys." },
  subCommands: {
    show: () => import("./policy-show.ts").then((file) => file.policyShow),
    versions: () => import("./policy-versions.ts").then((file) => file.policyVersions),
    rollback: () => import("./policy-rollback.ts").then((file) => file.policyRollback),
    "accept-key": () => import("./policy-accept-key.ts").then((file) => file.policyAcceptKey),
  },
};
