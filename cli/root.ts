import type { CommandDef } from "citty";
import { alarm } from "./commands/alarm.ts";
import { policy } from "./commands/policy.ts";

/** The command tree; every file is loaded when its command is called. */
export const root: CommandDef = {
  meta: {
    name: "bucketseal",
    description: "Keeps every S3 bucket encrypted the way its owners declared.",
  },
  subCommands: {
    check: () => import("./commands/check.ts").then((file) => file.check),
    plan: () => import("./commands/plan.ts").then((file) => file.plan),
    apply: () => import("./commands/apply.ts").then((file) => file.apply),
    explain: () => import("./commands/explain.ts").then((file) => file.explain),
    push: () => import("./commands/push.ts").then((file) => file.push),
    policy,
    alarm,
    status: () => import("./commands/status.ts").then((file) => file.status),
    pause: () => import("./commands/pause.ts").then((file) => file.pause),
    resume: () => import("./commands/resume.ts").then((file) => file.resume),
  },
};
