import type { CommandDef } from "citty";

/** The command tree; every file is loaded when its command is called. */
export const root: CommandDef = {
  meta: {
    name: "bucketseal",
    description: "Keeps every S3 bucket encrypted the way its owners declared.",
  },
  subCommands: {
    check: () => import("./check.ts").then((file) => file.check),
    plan: () => import("./plan.ts").then((file) => file.plan),
  },
};
